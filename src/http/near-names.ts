/** The known name that was meant by a written one: other case, `_` or `-`, or one letter too many, too few or wrong. */
export function meantBy(written: string, names: readonly string[]): string | undefined {
  const plainly = plain(written);
  return (
    names.find((name) => plain(name) === plainly) ??
    names.find((name) => name.length >= SHORTEST && isOneEditAway(plain(name), plainly))
  );
}

/** Shorter names are one letter away from too many others. */
const SHORTEST = 4;

const plain = (name: string): string => name.replaceAll(/[_-]/g, '').toLowerCase();

function isOneEditAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const [restOfA, restOfB] = [a.slice(at + 1), b.slice(at + 1)];
  return restOfA === restOfB || a.slice(at) === restOfB || restOfA === b.slice(at);
}

/** Pages leave out with `…`: as a member, an item, or the end of a text. */
export function shapeOf(text: string): unknown {
  const strings: string[] = [];
  const bare = text
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, (string) => `"${strings.push(string) - 1}"`)
    .replaceAll(/([[{])\s*…\s*,?/g, '$1')
    .replaceAll(/,\s*…/g, '');
  return JSON.parse(bare.replaceAll(/"(\d+)"/g, (_, i) => strings[Number(i)] ?? '')) as unknown;
}

/** Every member that the page shows is there, and of that kind; what it shows of a list is like one of its items. */
export function faultOf(shown: unknown, real: unknown, path = ''): string | undefined {
  if (shown === null || real === null) return undefined;
  if (Array.isArray(shown)) {
    if (!Array.isArray(real)) return `${path} is no list`;
    const [first] = shown as unknown[];
    if (first === undefined || real.length === 0) return undefined;
    return real.some((item) => faultOf(first, item, path) === undefined)
      ? undefined
      : faultOf(first, real[0], `${path}[0]`);
  }
  if (typeof shown !== 'object')
    return typeof shown === typeof real ? undefined : `${path} is a ${typeof real}`;
  if (typeof real !== 'object') return `${path} has no members`;
  for (const [name, value] of Object.entries(shown)) {
    if (!(name in real)) return `${path}.${name} is not there`;
    const fault = faultOf(value, (real as Record<string, unknown>)[name], `${path}.${name}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** One for each command of the block; the page shows that of one of them. */
export const answersOf = (answer: string): unknown[] =>
  answer
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as unknown);

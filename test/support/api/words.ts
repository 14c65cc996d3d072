/** Members that a person reads in one text; a page needs its languages, its code and its params beside it. */
const READ_BY_PEOPLE = ['message', 'detail'];

/**
 * Fails where an answer has a text for people without what a page needs to say it in its own way: `code`, `params`,
 * `zh` and `en`, beside each other.
 */
export function holdToWords(asked: string, answer: unknown): void {
  const lacking = [...lackingIn(answer, '')];
  if (lacking.length > 0)
    throw new Error(`${asked} with words that lack something:\n${lacking.join('\n')}`);
}

function* lackingIn(value: unknown, path: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  const members = value as Readonly<Record<string, unknown>>;
  if ('zh' in members || 'en' in members) {
    if (typeof members['code'] !== 'string') yield `${path}: no code`;
    if (typeof members['params'] !== 'object') yield `${path}: no params`;
    if (!/\p{Script=Han}/u.test(String(members['zh']))) yield `${path}: no Chinese in zh`;
    if (!/[A-Za-z]/.test(String(members['en']))) yield `${path}: no English in en`;
  } else if (isSpoken(members)) yield `${path}: a text in both languages, and none of them apart`;
  for (const [name, member] of Object.entries(members)) yield* lackingIn(member, `${path}/${name}`);
}

/** Both languages in one text, as scripts read it. */
/** What was seen may be told in one text beside an explanation, whose params have its figures. */
const isSpoken = (members: Readonly<Record<string, unknown>>): boolean =>
  'code' in members &&
  !('explanation' in members) &&
  READ_BY_PEOPLE.some((name) => {
    const text = members[name];
    return typeof text === 'string' && /\p{Script=Han}.*[。！？] [A-Za-z]/u.test(text);
  });

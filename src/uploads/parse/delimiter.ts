/** Between the cells of a line. */
export const DELIMITERS = [',', '\t', ';', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Excel's own line `sep=;`, which says the delimiter and is no row. */
const SEP_LINE = /^sep=([,\t;|])(?:\r\n|\n|\r|$)/i;

export interface FoundDelimiter {
  readonly delimiter: Delimiter;
  /** Of the line `sep=`, with its end; 0 where there is none. */
  readonly skip: number;
}

/** Whichever stands most often outside quotes in the first line that is not empty; a lone column has none. */
export function delimiterOf(head: string): FoundDelimiter {
  const told = SEP_LINE.exec(head);
  if (told !== null) return { delimiter: told[1] as Delimiter, skip: told[0].length };
  const counts = new Map<string, number>(DELIMITERS.map((each) => [each, 0]));
  let quoted = false;
  let isEmpty = true;
  for (const character of head) {
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '\n' || character === '\r') {
      if (!isEmpty) break;
    } else if (counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
    if (character.trim() !== '') isEmpty = false;
  }
  const [best = ',', most = 0] = [...counts].toSorted(([, one], [, other]) => other - one)[0] ?? [];
  return { delimiter: most === 0 ? ',' : (best as Delimiter), skip: 0 };
}

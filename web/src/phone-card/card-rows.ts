/** What the card needs to know of a field of a template. */
export interface CardField {
  readonly name: string;
  readonly type: string;
  readonly label: string;
  readonly limit: number | null;
  readonly shown: boolean | 'uncertain';
  readonly reason: { readonly zh: string; readonly en: string } | null;
}

export interface CardRow {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** People report that phones cut old fields there; WeChat publishes nothing. */
  readonly isCut: boolean;
  /** Longer than WeChat takes. */
  readonly isTooLong: boolean;
}

export interface Unshown {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly reason: { readonly zh: string; readonly en: string } | undefined;
}

/** After so many characters a `keyword` field is reported to be cut. */
const SHOWN_CHARACTERS = 20;

/** As it stands before a value: templates often end it with a colon. */
export const labelOf = (label: string): string => label.replace(/[\s:：]+$/u, '');

/** As WeChat counts: code points, of which an emoji may have several. */
export const lengthOf = (value: string): number => [...value].length;

const cut = (value: string): string => [...value].slice(0, SHOWN_CHARACTERS).join('');

/** What arrives on the phone, and what does not. Values are text, whatever is in them. */
export function cardOf(
  fields: readonly CardField[],
  values: Readonly<Record<string, unknown>>,
): { readonly rows: readonly CardRow[]; readonly unshown: readonly Unshown[] } {
  const rows: CardRow[] = [];
  const unshown: Unshown[] = [];
  for (const { name, type, label, limit, shown, reason } of fields) {
    const value = typeof values[name] === 'string' ? values[name] : '';
    if (shown === false) {
      if (value !== '')
        unshown.push({ name, label: labelOf(label), value, reason: reason ?? undefined });
      continue;
    }
    const isCut = type === 'text' && lengthOf(value) > SHOWN_CHARACTERS;
    rows.push({
      name,
      label: labelOf(label) || name,
      value: isCut ? cut(value) : value,
      isCut,
      isTooLong: limit !== null && lengthOf(value) > limit,
    });
  }
  return { rows, unshown };
}

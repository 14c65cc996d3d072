declare const bilingual: unique symbol;

/** A text for people, in Chinese and in English. Only `both` makes one, so neither language can be forgotten. */
export type Bilingual = string & { readonly [bilingual]: true };

/** Each language has a sentence or more, with what to do about it. */
export const both = (zh: string, en: string): Bilingual => `${zh} ${en}` as Bilingual;

/** The two languages of a text apart, for pages that show one of them: the English follows a Chinese full stop. */
export function halvesOf(text: Bilingual): { readonly zh: string; readonly en: string } {
  const at = text.search(/(?<=[。！？]) (?=[^\p{Script=Han}（「“])/u);
  return at < 0 ? { zh: text, en: text } : { zh: text.slice(0, at), en: text.slice(at + 1) };
}

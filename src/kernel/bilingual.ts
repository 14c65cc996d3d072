declare const bilingual: unique symbol;

/** A text for people, in Chinese and in English. Only `both` makes one, so neither language can be forgotten. */
export type Bilingual = string & { readonly [bilingual]: true };

/** Each language has a sentence or more, with what to do about it. */
export const both = (zh: string, en: string): Bilingual => `${zh} ${en}` as Bilingual;

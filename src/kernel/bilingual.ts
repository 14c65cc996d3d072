declare const bilingual: unique symbol;

/** What is said to people, in Chinese and in English. Only `both` makes it, so neither can be forgotten. */
export type Bilingual = string & { readonly [bilingual]: true };

/** Each a sentence or more, with what to do about it. */
export const both = (zh: string, en: string): Bilingual => `${zh} ${en}` as Bilingual;

/** What is put into a text, by name: numbers and times as such, so that a page can say it in its own way. */
export type Params = Readonly<Record<string, string | number>>;

/** A text for people, in Chinese and in English. Only `both` makes one, so neither language can be forgotten. */
export class Bilingual {
  readonly zh: string;
  readonly en: string;
  readonly params: Params;

  private constructor(zh: string, en: string, params: Params) {
    this.zh = zh;
    this.en = en;
    this.params = params;
  }

  static of(zh: string, en: string, params: Params): Bilingual {
    return new Bilingual(zh, en, params);
  }

  /** Both languages in one, for scripts and logs. */
  toString(): string {
    return `${this.zh} ${this.en}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/**
 * Each language has a sentence or more, with what to do about it.
 *
 * @param params whatever is put into the sentences, by name
 */
export const both = (zh: string, en: string, params: Params = {}): Bilingual =>
  Bilingual.of(zh, en, params);

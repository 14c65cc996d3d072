/** Words for people, and what a page needs to say them in its own way. */
export interface Notice {
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly zh: string;
  readonly en: string;
}

/** A doubt about a request that is carried out all the same. */
export interface Warning extends Notice {
  /** The member of the request that it is about. */
  readonly path: string;
  /** Both languages in one, for scripts. */
  readonly message: string;
}

export const warningOf = (path: string, { code, params, zh, en }: Notice): Warning => ({
  path,
  code,
  params,
  zh,
  en,
  message: `${zh} ${en}`,
});

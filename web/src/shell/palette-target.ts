/** Where something that was found is. */
export interface Target {
  readonly path: string;
  /** Whose it is; else the account that the page shows stays chosen. */
  readonly appid?: string;
  /** Behind `#`, which no server is told. */
  readonly hash?: string;
}

export const addressOf = ({ path, appid, hash }: Target, chosen: string | null) => ({
  pathname: path,
  search: (appid ?? chosen) === null ? '' : `?appid=${appid ?? chosen}`,
  hash: hash === undefined ? '' : `#${hash}`,
});

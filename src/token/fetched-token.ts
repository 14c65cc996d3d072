/** A token as its source gave it. */
export interface FetchedToken {
  readonly accessToken: string;
  /** What is left of its life. */
  readonly expiresInMs: number;
}

/**
 * An account's bucket holds a tenth of a second of its rate, at least one message: no more goes out at once. A claim
 * may take what the rate yields a moment later, and then waits for it, so that a release that comes a little late
 * costs the rate nothing. `rate` is SQL, messages a second.
 */
export const bucketSize = (rate: string): string => `greatest(1, ${rate} / 10)`;

/** How many messages may be claimed ahead of the rate: 0.3 s of it, at most 25 or a tenth of a second. SQL. */
export const claimedAhead = (rate: string): string =>
  `greatest(${rate} * 0.1, least(25, ${rate} * 0.3))`;

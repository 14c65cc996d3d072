/**
 * An account's bucket holds a tenth of a second of its rate, at least one message: never more goes out at once. A
 * claim may take what the rate will yield a moment later, and then waits for it: whoever releases may come a little
 * late, and the rate loses nothing by it. `rate` is SQL, messages a second.
 */
export const bucketSize = (rate: string): string => `greatest(1, ${rate} / 10)`;

/** So many messages may be claimed ahead of the rate: 0.3 s of it, at most 25 or a tenth of a second. SQL. */
export const claimedAhead = (rate: string): string =>
  `greatest(${rate} * 0.1, least(25, ${rate} * 0.3))`;

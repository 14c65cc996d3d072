const FIRST_MS = 250;
/** Receipts settle rows that people watch: however long the database was away, they follow soon after it is back. */
const LONGEST_MS = 15_000;

/** How long a failed inbox job waits: doubled each time up to the cap, the last quarter of it at random. */
export function inboxBackoffMs(attemptsMade: number): number {
  const wait = Math.min(FIRST_MS * 2 ** (attemptsMade - 1), LONGEST_MS);
  return Math.round(wait * (0.75 + Math.random() / 4));
}

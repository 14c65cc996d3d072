/** The stream tells at once; this is for where no stream comes through. */
const ASK_EVERY_MS = 2_000;
const ASK_AT_LAST_MS = 30_000;

/** When to ask again for what moves. Each failure in a row doubles the wait. */
export const askAgainIn = (moves: boolean, failures: number): number | false =>
  moves && Math.min(ASK_AT_LAST_MS, ASK_EVERY_MS * 2 ** failures);

/** A process that was not seen for so long is dead, or frozen. */
export const ALIVE = `interval '15 seconds'`;

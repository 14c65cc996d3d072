/** Lots in one round: after so many, others' statements go first. */
const LOTS = 20;

/** Deletes lot after lot until none is left; the next round goes on where this one ends. */
export async function untilNone(deleteLot: () => Promise<number>): Promise<void> {
  for (let lot = 0; lot < LOTS; lot++) if ((await deleteLot()) === 0) return;
}

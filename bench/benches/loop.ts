import type { Bench, Figures } from '../bench.js';
import { runFigures } from '../support/run-figures.js';
import { spreadOf } from '../support/spread.js';
import { measureUnqueuedRuns } from '../support/unqueued-runs.js';

/** Each takes a few seconds. The rate of a loop does not depend on how long it is watched. */
const MESSAGES = { 0: 3_000, 50: 30, 100: 15 } as const;

export const loop: Bench = {
  name: 'loop',
  about: 'one message after the other, as the older scripts sent them',
  async run(testbed, { full, rounds }) {
    const figures: Record<string, Figures> = {};
    for (const latencyMs of [0, 50, 100] as const) {
      const messages = MESSAGES[latencyMs] * (full ? 5 : 1);
      const runs = await measureUnqueuedRuns(testbed, {
        messages,
        latencyMs,
        concurrency: 1,
        rounds,
      });
      // A loop that waits spends most processor time as an idle process. Only its rate means something.
      figures[`${latencyMs}ms`] =
        latencyMs === 0
          ? runFigures(runs)
          : { sendsPerSecond: spreadOf(runs.map(({ perSecond }) => perSecond)) };
    }
    return figures;
  },
};

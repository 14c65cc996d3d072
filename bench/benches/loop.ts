import type { Bench, Figures } from '../bench.js';
import { legFigures } from '../support/leg-figures.js';
import { spreadOf } from '../support/spread.js';
import { plainLegs } from '../support/plain-leg.js';

/** A few seconds each: a loop's rate does not depend on how long it is watched. */
const MESSAGES = { 0: 3_000, 50: 30, 100: 15 } as const;

export const loop: Bench = {
  name: 'loop',
  about: 'one message after the other, as the older scripts sent them',
  async run(stage, { full, rounds }) {
    const figures: Record<string, Figures> = {};
    for (const latencyMs of [0, 50, 100] as const) {
      const messages = MESSAGES[latencyMs] * (full ? 5 : 1);
      const legs = await plainLegs(stage, { messages, latencyMs, atOnce: 1, rounds });
      // Of a loop that waits, most processor time is that of an idle process: only its rate says something.
      figures[`${latencyMs}ms`] =
        latencyMs === 0
          ? legFigures(legs)
          : { sendsPerSecond: spreadOf(legs.map(({ perSecond }) => perSecond)) };
    }
    return figures;
  },
};

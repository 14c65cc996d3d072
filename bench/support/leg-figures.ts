import type { Figures } from '../bench.js';
import type { Leg } from './leg.js';
import { spreadOf } from './spread.js';

/** The rounds of one setting, as they are kept. */
export function legFigures(legs: readonly Leg[]): Figures {
  const spenders = Object.keys(legs[0]?.micros ?? {});
  return {
    sendsPerSecond: spreadOf(
      legs.map(({ perSecond }) => perSecond),
      0,
    ),
    microsPerMessage: {
      ...Object.fromEntries(
        spenders.map((name) => [
          name,
          spreadOf(
            legs.map(({ micros }) => micros[name] ?? NaN),
            0,
          ),
        ]),
      ),
      total: spreadOf(
        legs.map(({ total }) => total),
        0,
      ),
    },
    simulatorMicros: spreadOf(
      legs.map(({ simulator }) => simulator),
      0,
    ),
  };
}

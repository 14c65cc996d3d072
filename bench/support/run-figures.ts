import type { Figures } from '../bench.js';
import type { MeasuredRun } from './measured-run.js';
import { spreadOf } from './spread.js';

/** The figures that are kept of the rounds of one setting. */
export function runFigures(runs: readonly MeasuredRun[]): Figures {
  const spenders = Object.keys(runs[0]?.micros ?? {});
  const logged = runs.flatMap(({ walBytes }) => walBytes ?? []);
  return {
    sendsPerSecond: spreadOf(
      runs.map(({ perSecond }) => perSecond),
      0,
    ),
    microsPerMessage: {
      ...Object.fromEntries(
        spenders.map((name) => [
          name,
          spreadOf(
            runs.map(({ micros }) => micros[name] ?? NaN),
            0,
          ),
        ]),
      ),
      total: spreadOf(
        runs.map(({ total }) => total),
        0,
      ),
    },
    simulatorMicros: spreadOf(
      runs.map(({ simulator }) => simulator),
      0,
    ),
    ...(logged.length > 0 && { walBytesPerMessage: spreadOf(logged, 0) }),
  };
}

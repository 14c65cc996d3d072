import { type Bench, type Figures, messagesOf } from '../bench.js';
import { measureBareRun, withBareProgram } from '../support/bare-program.js';
import { runFigures } from '../support/run-figures.js';
import { CONCURRENCY } from './weicast.js';

export const bare: Bench = {
  name: 'bare',
  about: 'a minimal BullMQ program: addBulk, a worker, the same post, nothing recorded',
  async run(testbed, options) {
    const messages = messagesOf(options);
    const figures: Record<string, Figures> = {};
    for (const latencyMs of [0, 50, 100])
      figures[`${latencyMs}ms`] = await withBareProgram(
        testbed,
        { messages, latencyMs, concurrency: CONCURRENCY },
        async (program) => runFigures([await measureBareRun(testbed, program, 'round 1')]),
      );
    return figures;
  },
};

import { type Bench, type Figures, messagesOf } from '../bench.js';
import { bareLeg, withBare } from '../support/bare-leg.js';
import { legFigures } from '../support/leg-figures.js';
import { CONCURRENCY } from './weicast.js';

export const bare: Bench = {
  name: 'bare',
  about: 'a minimal BullMQ program: addBulk, a worker, the same post, nothing recorded',
  async run(stage, options) {
    const messages = messagesOf(options);
    const figures: Record<string, Figures> = {};
    for (const latencyMs of [0, 50, 100])
      figures[`${latencyMs}ms`] = await withBare(
        stage,
        { messages, latencyMs, concurrency: CONCURRENCY },
        async (program) => legFigures([await bareLeg(stage, program, 'round 1')]),
      );
    return figures;
  },
};

import { type Bench, messagesOf } from '../bench.js';
import { legFigures } from '../support/leg-figures.js';
import { plainLegs } from '../support/plain-leg.js';

/** Posts under way where WeChat answers at once; the pool's own cost does not grow with it. */
const AT_ONCE = 64;

export const limit: Bench = {
  name: 'limit',
  about: 'the same post by a bare undici pool: the ceiling of one process',
  async run(stage, options) {
    const messages = messagesOf(options);
    return {
      '0ms': legFigures(
        await plainLegs(stage, {
          messages,
          latencyMs: 0,
          atOnce: AT_ONCE,
          rounds: options.rounds,
        }),
      ),
    };
  },
};

import { type Bench, messagesOf } from '../bench.js';
import { runFigures } from '../support/run-figures.js';
import { measureUnqueuedRuns } from '../support/unqueued-runs.js';

/** WeChat answers at once, and the cost of the pool does not grow with the posts in flight. */
const CONCURRENT_POSTS = 64;

export const limit: Bench = {
  name: 'limit',
  about: 'the same post by a bare undici pool: the ceiling of one process',
  async run(testbed, options) {
    const messages = messagesOf(options);
    return {
      '0ms': runFigures(
        await measureUnqueuedRuns(testbed, {
          messages,
          latencyMs: 0,
          concurrency: CONCURRENT_POSTS,
          rounds: options.rounds,
        }),
      ),
    };
  },
};

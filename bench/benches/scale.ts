import { type Bench, type Figures, messagesOf } from '../bench.js';
import { measureBroadcast, createWarmAccount } from '../support/broadcast-run.js';
import { runFigures } from '../support/run-figures.js';
import type { Role } from '../support/service.js';
import { CONCURRENCY } from './weicast.js';

export const scale: Bench = {
  name: 'scale',
  about: '1, 2 and 4 worker processes at 100 ms, the other roles apart',
  async run(testbed, options) {
    const followers = messagesOf(options);
    const figures: Record<string, Figures> = {};
    for (const workers of [1, 2, 4]) {
      testbed.log(`${workers} workers`);
      const processes: Role[][] = [
        ['api'],
        ['callback'],
        ...Array.from({ length: workers }, (): Role[] => ['worker']),
      ];
      figures[`${workers} workers`] = await testbed.withService(
        { processes, slots: CONCURRENCY },
        async (service) => {
          const account = await createWarmAccount(testbed, service, {
            followers,
            latencyMs: 100,
            receipts: true,
          });
          return runFigures([
            await measureBroadcast(testbed, service, account, { receipts: true }),
          ]);
        },
      );
    }
    return figures;
  },
};

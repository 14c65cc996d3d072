import { type Bench, type Figures, messagesOf } from '../bench.js';
import { broadcastLeg, warmAccount } from '../support/broadcast-leg.js';
import { legFigures } from '../support/leg-figures.js';
import type { Role } from '../support/service.js';
import { CONCURRENCY } from './weicast.js';

export const scale: Bench = {
  name: 'scale',
  about: '1, 2 and 4 worker processes at 100 ms, the other roles apart',
  async run(stage, options) {
    const followers = messagesOf(options);
    const figures: Record<string, Figures> = {};
    for (const workers of [1, 2, 4]) {
      stage.tell(`${workers} workers`);
      const processes: Role[][] = [
        ['api'],
        ['callback'],
        ...Array.from({ length: workers }, (): Role[] => ['worker']),
      ];
      figures[`${workers} workers`] = await stage.withService(
        { processes, slots: CONCURRENCY },
        async (service) => {
          const account = await warmAccount(stage, service, {
            followers,
            latencyMs: 100,
            receipts: true,
          });
          return legFigures([await broadcastLeg(stage, service, account, { receipts: true })]);
        },
      );
    }
    return figures;
  },
};

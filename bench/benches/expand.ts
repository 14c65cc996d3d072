import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, followersOf } from '../bench.js';
import { meter } from '../support/leg.js';
import { spreadOf } from '../support/spread.js';

const DAY_MS = 24 * 3_600_000;

export const expand: Bench = {
  name: 'expand',
  about: 'recipients a second that become rows, while nothing is sent',
  async run(stage, options) {
    const { rounds } = options;
    const followers = followersOf(options);
    const [wechat, redis, postgres] = [
      await stage.wechat(),
      await stage.redis(),
      await stage.postgres(),
    ];
    return stage.withService({ processes: [['api', 'callback', 'worker']] }, async (service) => {
      const account = await wechat.account(followers, 0);
      await service.introduce(account);
      const perSecond: number[] = [];
      const micros: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        const spent = meter({ all: [...service.pids(), ...redis.pids, ...postgres.pids] });
        const beganAt = performance.now();
        // Scheduled, with its audience frozen at once: it expands and does not send.
        const id = await service.broadcast(account, {
          startAt: new Date(Date.now() + DAY_MS).toISOString(),
          freezeAudience: 'creation',
        });
        while (!(await service.admin.broadcast(id)).expanded) await sleep(50);
        perSecond.push(followers / ((performance.now() - beganAt) / 1_000));
        micros.push(spent(followers)['all'] ?? NaN);
        await service.admin.post(`/v1/broadcasts/${id}/cancel`);
        // Its rows are turned to skipped in batches: not the next round's work.
        while (((await service.admin.broadcast(id)).counts.pending ?? 0) > 0) await sleep(50);
      }
      return {
        [`${followers} followers`]: {
          recipientsPerSecond: spreadOf(perSecond, 0),
          microsPerRecipient: spreadOf(micros, 1),
        },
      };
    });
  },
};

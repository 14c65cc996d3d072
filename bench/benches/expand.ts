import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, followersOf } from '../bench.js';
import { startProcessorMeter } from '../support/measured-run.js';
import { spreadOf } from '../support/spread.js';

const DAY_MS = 24 * 3_600_000;

export const expand: Bench = {
  name: 'expand',
  about: 'recipients a second that become rows, while nothing is sent',
  async run(testbed, options) {
    const { rounds } = options;
    const followers = followersOf(options);
    const [wechat, redis, postgres] = [
      await testbed.wechat(),
      await testbed.redis(),
      await testbed.postgres(),
    ];
    return testbed.withService({ processes: [['api', 'callback', 'worker']] }, async (service) => {
      const account = await wechat.createAccount(followers, 0);
      await service.addAccount(account);
      const perSecond: number[] = [];
      const micros: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        const microsPer = startProcessorMeter({
          all: [...service.pids(), ...redis.pids, ...postgres.pids],
        });
        const beganAt = performance.now();
        // A scheduled broadcast with a frozen audience expands now and sends later.
        const id = await service.startBroadcast(account, {
          startAt: new Date(Date.now() + DAY_MS).toISOString(),
          freezeAudience: 'creation',
        });
        while (!(await service.admin.broadcast(id)).expanded) await sleep(50);
        perSecond.push(followers / ((performance.now() - beganAt) / 1_000));
        micros.push(microsPer(followers)['all'] ?? NaN);
        await service.admin.post(`/v1/broadcasts/${id}/cancel`);
        // The cancel skips the rows in batches. The next round must not measure that work.
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

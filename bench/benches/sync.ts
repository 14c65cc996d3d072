import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, followersOf } from '../bench.js';
import { startProcessorMeter } from '../support/measured-run.js';
import { spreadOf } from '../support/spread.js';

export const sync: Bench = {
  name: 'sync',
  about: 'followers a second, read from WeChat by pages of 10,000 and stored',
  async run(testbed, options) {
    const { full, rounds } = options;
    const followers = followersOf(options);
    const [wechat, redis, postgres] = [
      await testbed.wechat(),
      await testbed.redis(),
      await testbed.postgres(),
    ];
    const perSecond: { first: number[]; again: number[] } = { first: [], again: [] };
    const micros: number[] = [];
    for (let round = 1; round <= (full ? 1 : rounds); round++) {
      const account = await wechat.createAccount(followers, 0);
      await testbed.withService({ processes: [['api', 'callback', 'worker']] }, async (service) => {
        const path = `/v1/accounts/${account.appid}/followers/sync`;
        const walk = async (): Promise<number> => {
          const beganAt = performance.now();
          await service.admin.post(path);
          for (;;) {
            const { state } = await service.admin.get<{ state: string }>(path);
            if (state === 'done') return followers / ((performance.now() - beganAt) / 1_000);
            if (state === 'failed')
              throw new Error('the walk of the follower list should end done, and failed');
            await sleep(50);
          }
        };
        await service.registerAccount(account);
        const microsPer = startProcessorMeter({
          all: [...service.pids(), ...redis.pids, ...postgres.pids],
        });
        perSecond.first.push(await walk());
        micros.push(microsPer(followers)['all'] ?? NaN);
        perSecond.again.push(await walk());
      });
    }
    return {
      [`${followers} followers`]: {
        followersPerSecond: spreadOf(perSecond.first, 0),
        followersPerSecondWhenKnown: spreadOf(perSecond.again, 0),
        microsPerFollower: spreadOf(micros, 1),
      },
    };
  },
};

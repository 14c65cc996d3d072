import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, followersOf } from '../bench.js';
import { spreadOf } from '../support/spread.js';

const POLL_MS = 5;

export const start: Bench = {
  name: 'start',
  about: 'from the POST of a broadcast to all followers until WeChat has its first message',
  async run(testbed, options) {
    const { rounds } = options;
    const followers = followersOf(options);
    const wechat = await testbed.wechat();
    return testbed.withService({ processes: [['api', 'callback', 'worker']] }, async (service) => {
      const account = await wechat.createAccount(followers, 100);
      await service.addAccount(account);
      const seconds: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        const before = (await wechat.stats(account.appid)).accepted;
        const postedAt = performance.now();
        const id = await service.startBroadcast(account);
        while ((await wechat.stats(account.appid)).accepted === before) await sleep(POLL_MS);
        seconds.push((performance.now() - postedAt) / 1_000);
        await service.admin.post(`/v1/broadcasts/${id}/cancel`);
        while ((await service.admin.broadcast(id)).state !== 'cancelled') await sleep(100);
      }
      return { [`${followers} followers`]: { secondsToFirstMessage: spreadOf(seconds, 2) } };
    });
  },
};

import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, followersOf } from '../bench.js';
import { spreadOf } from '../support/spread.js';

const LOOK_MS = 5;

export const start: Bench = {
  name: 'start',
  about: 'from the POST of a broadcast to all followers until WeChat has its first message',
  async run(stage, options) {
    const { rounds } = options;
    const followers = followersOf(options);
    const wechat = await stage.wechat();
    return stage.withService({ processes: [['api', 'callback', 'worker']] }, async (service) => {
      const account = await wechat.account(followers, 100);
      await service.introduce(account);
      const seconds: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        const before = (await wechat.books(account.appid)).accepted;
        const postedAt = performance.now();
        const id = await service.broadcast(account);
        while ((await wechat.books(account.appid)).accepted === before) await sleep(LOOK_MS);
        seconds.push((performance.now() - postedAt) / 1_000);
        await service.admin.post(`/v1/broadcasts/${id}/cancel`);
        while ((await service.admin.broadcast(id)).state !== 'cancelled') await sleep(100);
      }
      return { [`${followers} followers`]: { secondsToFirstMessage: spreadOf(seconds, 2) } };
    });
  },
};

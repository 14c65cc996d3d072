import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import { forEachConcurrently } from '../support/for-each-concurrently.js';
import { startProcessorMeter } from '../support/measured-run.js';
import type { Service } from '../support/service.js';
import type { Testbed } from '../support/testbed.js';
import { CONCURRENCY } from './weicast.js';

const ACCOUNTS = 1_000;
/** Somebody sends all the time, so that the rounds of release go on as on a usual day. */
const BUSY_CAP = 10;
const WATCHED_SECONDS = 30;
const BUSY_SECONDS = 300;
const LATENCY_MS = 100;

export const idle: Bench = {
  name: 'idle',
  about: 'what accounts cost whose broadcasts are paused, while one account sends',
  async run(testbed) {
    const wechat = await testbed.wechat();
    const order = { processes: [['api'], ['callback'], ['worker']] as const, slots: CONCURRENCY };
    return testbed.withService(order, async (service) => {
      const busy = await wechat.createAccount(BUSY_CAP * BUSY_SECONDS, LATENCY_MS);
      await service.addAccount(busy);
      await service.admin.patch(`/v1/accounts/${busy.appid}`, { sendsPerSecond: BUSY_CAP });
      await service.startBroadcast(busy);
      while ((await wechat.stats(busy.appid)).accepted < BUSY_CAP) await sleep(200);
      const alone = await microsASecond(testbed, service);

      const idleOnes = [];
      for (let i = 0; i < ACCOUNTS; i++) idleOnes.push(await wechat.createAccount(10, LATENCY_MS));
      await forEachConcurrently(idleOnes, async (account) => {
        await service.addAccount(account);
        // Held before it starts: the broadcast is open, and nothing of it ever goes.
        await service.admin.post(`/v1/accounts/${account.appid}/hold`, {});
        await service.startBroadcast(account);
      });
      // What making them left behind is not theirs.
      await sleep(10_000);
      const beside = await microsASecond(testbed, service);
      const sent = (await wechat.stats(busy.appid)).accepted;
      if (sent >= busy.followers)
        throw new Error(
          'the busy account should still be sending, and was done: raise BUSY_SECONDS',
        );
      return {
        [`${ACCOUNTS} accounts`]: {
          microsASecondAlone: Math.round(alone),
          microsASecondBeside: Math.round(beside),
          microsASecondPerIdleAccount: Number(((beside - alone) / ACCOUNTS).toFixed(1)),
        },
      };
    });
  },
};

/** Processor time of everything but WeChat, for each second that passes. */
async function microsASecond(testbed: Testbed, service: Service): Promise<number> {
  const [redis, postgres] = [await testbed.redis(), await testbed.postgres()];
  const microsPer = startProcessorMeter({
    service: service.pids(),
    redis: redis.pids,
    postgres: postgres.pids,
  });
  const startedAt = performance.now();
  await sleep(WATCHED_SECONDS * 1_000);
  const spent = microsPer((performance.now() - startedAt) / 1_000);
  return Object.values(spent).reduce((sum, micros) => sum + micros, 0);
}

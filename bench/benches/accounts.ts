import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Figures } from '../bench.js';
import { startProcessorMeter } from '../support/measured-run.js';
import type { Role, Service } from '../support/service.js';
import { percentileOf } from '../support/spread.js';
import type { Testbed } from '../support/testbed.js';
import type { WechatAccount } from '../support/wechat-process.js';
import { CONCURRENCY } from './weicast.js';

interface Setting {
  readonly accounts: number;
  /** The cap of each account, in messages a second. */
  readonly cap: number;
  readonly workers: number;
}

/** One account alone is given this cap: more than any setting's caps in sum, and than the machine can send. */
const ALONE_CAP = 5_000;
/** Its slow start takes less than this. */
const ALONE_WARM_UP_SECONDS = 10;

/** A broadcast lasts longer than it is watched, because all broadcasts must begin before the watch. */
const WATCHED_SECONDS = 10;
const EXTRA_SECONDS = 40;
/** Calls of the admin API that are in flight at once. */
const CONCURRENT_CALLS = 8;

export const accounts: Bench = {
  name: 'accounts',
  about: 'many accounts at once, each with a cap: what share of it each one gets',
  async run(testbed, { full }) {
    const figures: Record<string, Figures> = {};
    for (const [count, cap] of full
      ? [
          [100, 20],
          [200, 10],
          [100, 50],
        ]
      : [[100, 20]])
      for (const workers of [1, 2]) {
        const setting = { accounts: count as number, cap: cap as number, workers };
        const name = `${count} × ${cap}/s, ${workers} worker${workers > 1 ? 's' : ''}`;
        testbed.log(name);
        const processes: Role[][] = [
          ['api'],
          ['callback'],
          ...Array.from({ length: workers }, (): Role[] => ['worker']),
        ];
        const order = { processes, slots: CONCURRENCY };
        const rateOfOne = await testbed.withService(order, (service) =>
          measureOneAccount(testbed, service),
        );
        figures[name] = await testbed.withService(order, (service) =>
          measureShares(testbed, service, setting, rateOfOne),
        );
      }
    return figures;
  },
};

/** Messages a second that the same workers send for one account alone. */
async function measureOneAccount(testbed: Testbed, service: Service): Promise<number> {
  const wechat = await testbed.wechat();
  const seconds = ALONE_WARM_UP_SECONDS + WATCHED_SECONDS;
  const account = await wechat.createAccount(ALONE_CAP * seconds, 100);
  await service.addAccount(account);
  await service.admin.patch(`/v1/accounts/${account.appid}`, { sendsPerSecond: ALONE_CAP });
  await service.startBroadcast(account);
  const accepted = async (): Promise<number> => (await wechat.stats(account.appid)).accepted;
  while ((await accepted()) === 0) await sleep(200);
  await sleep(ALONE_WARM_UP_SECONDS * 1_000);
  const before = await accepted();
  const startedAt = performance.now();
  await sleep(WATCHED_SECONDS * 1_000);
  const after = await accepted();
  const passed = (performance.now() - startedAt) / 1_000;
  if (after >= account.followers)
    throw new Error('the account alone should still be sending, and was done: raise ALONE_CAP');
  return (after - before) / passed;
}

/** `rateOfOne`: messages a second that the same workers send for one account alone. */
async function measureShares(
  testbed: Testbed,
  service: Service,
  setting: Setting,
  rateOfOne: number,
): Promise<Figures> {
  const { cap } = setting;
  const [redis, postgres, wechat] = [
    await testbed.redis(),
    await testbed.postgres(),
    await testbed.wechat(),
  ];
  const all: WechatAccount[] = [];
  for (let i = 0; i < setting.accounts; i++)
    all.push(await wechat.createAccount(cap * (WATCHED_SECONDS + EXTRA_SECONDS), 100));
  await forEachConcurrently(all, async (account) => {
    await service.addAccount(account);
    await service.admin.patch(`/v1/accounts/${account.appid}`, { sendsPerSecond: cap });
  });
  await forEachConcurrently(all, (account) => service.startBroadcast(account));

  const accepted = async (): Promise<number[]> => {
    const stats = await wechat.allStats();
    return all.map(({ appid }) => stats[appid]?.accepted ?? 0);
  };
  while (Math.min(...(await accepted())) < cap) await sleep(200);
  const before = await accepted();
  const startedAt = performance.now();
  const microsPer = startProcessorMeter({
    service: service.pids(),
    redis: redis.pids,
    postgres: postgres.pids,
  });
  await sleep(WATCHED_SECONDS * 1_000);
  const after = await accepted();
  const seconds = (performance.now() - startedAt) / 1_000;
  const sent = after.map((count, i) => count - (before[i] ?? 0));
  const messages = sent.reduce((sum, count) => sum + count, 0);
  const micros = microsPer(messages);
  const shares = sent.map((count) => count / (cap * seconds));
  // All caps are equal, so the max-min fair share is an even one where the machine does less than all caps in sum.
  const fair = Math.min(cap, rateOfOne / setting.accounts);
  const fairShares = sent.map((count) => count / (fair * seconds));
  const done = after.filter((count) => count >= cap * (WATCHED_SECONDS + EXTRA_SECONDS)).length;
  if (done > 0)
    throw new Error(
      `all accounts should still be sending, and ${done} were done: raise EXTRA_SECONDS, as they began too far apart`,
    );
  return {
    sendsPerSecond: Math.round(messages / seconds),
    sendsPerSecondOfOneAccount: Math.round(rateOfOne),
    shareOfCap: leastAndMedian(shares),
    shareOfMaxMinFairShare: leastAndMedian(fairShares),
    microsPerMessage: {
      ...Object.fromEntries(Object.entries(micros).map(([who, us]) => [who, Math.round(us)])),
      total: Math.round(Object.values(micros).reduce((sum, us) => sum + us, 0)),
    },
  };
}

const leastAndMedian = (shares: readonly number[]): Figures => ({
  least: Number(Math.min(...shares).toFixed(3)),
  median: Number(percentileOf(shares, 0.5).toFixed(3)),
});

async function forEachConcurrently<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: CONCURRENT_CALLS }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    }),
  );
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Figures } from '../bench.js';
import { forEachConcurrently } from '../support/for-each-concurrently.js';
import { startProcessorMeter } from '../support/measured-run.js';
import type { Role, Service } from '../support/service.js';
import { percentileOf } from '../support/spread.js';
import type { Testbed } from '../support/testbed.js';
import type { WechatAccount } from '../support/wechat-process.js';
import { CONCURRENCY } from './weicast.js';

/** So many accounts with a cap each, in messages a second. */
interface Group {
  readonly accounts: number;
  readonly cap: number;
}

interface Setting {
  readonly groups: readonly Group[];
  readonly workers: number;
  /** Long enough for a small cap to be told from one message more or less. */
  readonly watchedSeconds: number;
  /** A broadcast lasts so much longer, because all broadcasts must begin before the watch. */
  readonly extraSeconds: number;
}

const even = (accounts: number, cap: number, workers: number): Setting => ({
  groups: [{ accounts, cap }],
  workers,
  watchedSeconds: 10,
  extraSeconds: 40,
});

/** Few accounts that send much beside many that send little. */
const uneven = (workers: number): Setting => ({
  groups: [
    { accounts: 10, cap: 60 },
    { accounts: 990, cap: 1 },
  ],
  workers,
  watchedSeconds: 60,
  extraSeconds: 240,
});

const SETTINGS: readonly Setting[] = [1, 2].map((workers) => even(100, 20, workers));
const FULL_SETTINGS: readonly Setting[] = [
  ...[[100, 20] as const, [200, 10] as const, [100, 50] as const].flatMap(([accounts, cap]) =>
    [1, 2].map((workers) => even(accounts, cap, workers)),
  ),
  uneven(1),
  uneven(4),
];

const nameOf = ({ groups, workers }: Setting): string =>
  `${groups.map(({ accounts, cap }) => `${accounts} × ${cap}/s`).join(' beside ')}, ${workers} worker${workers > 1 ? 's' : ''}`;

/** One account alone is given this cap: more than any setting's caps in sum, and than the machine can send. */
const ALONE_CAP = 5_000;
/** Its slow start takes less than this. */
const ALONE_WARM_UP_SECONDS = 10;
const ALONE_WATCHED_SECONDS = 10;

export const accounts: Bench = {
  name: 'accounts',
  about: 'many accounts at once, each with a cap: what share of it each one gets',
  async run(testbed, { full }) {
    const figures: Record<string, Figures> = {};
    for (const setting of full ? FULL_SETTINGS : SETTINGS) {
      testbed.log(nameOf(setting));
      const processes: Role[][] = [
        ['api'],
        ['callback'],
        ...Array.from({ length: setting.workers }, (): Role[] => ['worker']),
      ];
      const order = { processes, slots: CONCURRENCY };
      const rateOfOne = await testbed.withService(order, (service) =>
        measureOneAccount(testbed, service),
      );
      figures[nameOf(setting)] = await testbed.withService(order, (service) =>
        measureShares(testbed, service, setting, rateOfOne),
      );
    }
    return figures;
  },
};

/** Messages a second that the same workers send for one account alone. */
async function measureOneAccount(testbed: Testbed, service: Service): Promise<number> {
  const wechat = await testbed.wechat();
  const seconds = ALONE_WARM_UP_SECONDS + ALONE_WATCHED_SECONDS;
  const account = await wechat.createAccount(ALONE_CAP * seconds, 100);
  await service.addAccount(account);
  await service.admin.patch(`/v1/accounts/${account.appid}`, { sendsPerSecond: ALONE_CAP });
  await service.startBroadcast(account);
  const accepted = async (): Promise<number> => (await wechat.stats(account.appid)).accepted;
  while ((await accepted()) === 0) await sleep(200);
  await sleep(ALONE_WARM_UP_SECONDS * 1_000);
  const before = await accepted();
  const startedAt = performance.now();
  await sleep(ALONE_WATCHED_SECONDS * 1_000);
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
  const { groups, watchedSeconds } = setting;
  const lasts = watchedSeconds + setting.extraSeconds;
  const [redis, postgres, wechat] = [
    await testbed.redis(),
    await testbed.postgres(),
    await testbed.wechat(),
  ];
  const all: (WechatAccount & { readonly cap: number })[] = [];
  for (const { accounts: count, cap } of groups)
    for (let i = 0; i < count; i++)
      all.push({ ...(await wechat.createAccount(cap * lasts, 100)), cap });
  await forEachConcurrently(all, async (account) => {
    await service.addAccount(account);
    await service.admin.patch(`/v1/accounts/${account.appid}`, { sendsPerSecond: account.cap });
  });
  await forEachConcurrently(all, (account) => service.startBroadcast(account));

  const accepted = async (): Promise<number[]> => {
    const stats = await wechat.allStats();
    return all.map(({ appid }) => stats[appid]?.accepted ?? 0);
  };
  const haveBegun = async (): Promise<boolean> =>
    (await accepted()).every((count, i) => count >= (all[i]?.cap ?? 0));
  while (!(await haveBegun())) await sleep(200);
  const before = await accepted();
  const startedAt = performance.now();
  const microsPer = startProcessorMeter({
    service: service.pids(),
    redis: redis.pids,
    postgres: postgres.pids,
  });
  await sleep(watchedSeconds * 1_000);
  const after = await accepted();
  const seconds = (performance.now() - startedAt) / 1_000;
  const sent = after.map((count, i) => count - (before[i] ?? 0));
  const messages = sent.reduce((sum, count) => sum + count, 0);
  const micros = microsPer(messages);
  const level = fairLevelOf(
    all.map(({ cap }) => cap),
    rateOfOne,
  );
  const shareOf = (count: number, rate: number): number => count / (rate * seconds);
  const shares = sent.map((count, i) => shareOf(count, all[i]?.cap ?? NaN));
  const fairShares = sent.map((count, i) => shareOf(count, Math.min(all[i]?.cap ?? NaN, level)));
  const done = after.filter((count, i) => count >= (all[i]?.cap ?? NaN) * lasts).length;
  if (done > 0)
    throw new Error(
      `all accounts should still be sending, and ${done} were done: raise extraSeconds, as they began too far apart`,
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

/**
 * The rate above which nobody gets more where all share `sum`: who wants less gets what they want, and the others divide
 * the rest evenly (max-min fairness). Infinite where there is enough for all.
 */
function fairLevelOf(caps: readonly number[], sum: number): number {
  let left = sum;
  const ascending = caps.toSorted((a, b) => a - b);
  for (const [i, cap] of ascending.entries()) {
    const level = left / (ascending.length - i);
    if (cap > level) return level;
    left -= cap;
  }
  return Infinity;
}

const leastAndMedian = (shares: readonly number[]): Figures => ({
  least: Number(Math.min(...shares).toFixed(3)),
  median: Number(percentileOf(shares, 0.5).toFixed(3)),
});

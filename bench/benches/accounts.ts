import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Figures } from '../bench.js';
import { meter } from '../support/leg.js';
import type { Role, Service } from '../support/service.js';
import { percentileOf } from '../support/spread.js';
import type { Stage } from '../support/stage.js';
import type { WechatAccount } from '../support/wechat.js';
import { CONCURRENCY } from './weicast.js';

interface Setting {
  readonly accounts: number;
  /** Each one's cap, messages a second. */
  readonly cap: number;
  readonly workers: number;
}

/** Seconds that are watched, and those that a broadcast lasts beyond them: all must have begun before. */
const WATCHED = 10;
const BESIDE = 40;
/** Calls of the admin API under way at once. */
const AT_ONCE = 8;

export const accounts: Bench = {
  name: 'accounts',
  about: 'many accounts at once, each with a cap: what share of it each one gets',
  async run(stage, { full }) {
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
        stage.tell(name);
        const processes: Role[][] = [
          ['api'],
          ['callback'],
          ...Array.from({ length: workers }, (): Role[] => ['worker']),
        ];
        figures[name] = await stage.withService({ processes, slots: CONCURRENCY }, (service) =>
          watch(stage, service, setting),
        );
      }
    return figures;
  },
};

async function watch(stage: Stage, service: Service, setting: Setting): Promise<Figures> {
  const { cap } = setting;
  const [redis, postgres, wechat] = [
    await stage.redis(),
    await stage.postgres(),
    await stage.wechat(),
  ];
  const all: WechatAccount[] = [];
  for (let i = 0; i < setting.accounts; i++)
    all.push(await wechat.account(cap * (WATCHED + BESIDE), 100));
  await each(all, async (account) => {
    await service.introduce(account);
    await service.admin.patch(`/v1/accounts/${account.appid}`, { sendsPerSecond: cap });
  });
  await each(all, (account) => service.broadcast(account));

  const accepted = async (): Promise<number[]> => {
    const books = await wechat.allBooks();
    return all.map(({ appid }) => books[appid]?.accepted ?? 0);
  };
  while (Math.min(...(await accepted())) < cap) await sleep(200);
  const before = await accepted();
  const startedAt = performance.now();
  const spent = meter({
    service: service.pids(),
    redis: redis.pids,
    postgres: postgres.pids,
  });
  await sleep(WATCHED * 1_000);
  const after = await accepted();
  const seconds = (performance.now() - startedAt) / 1_000;
  const sent = after.map((count, i) => count - (before[i] ?? 0));
  const messages = sent.reduce((sum, count) => sum + count, 0);
  const micros = spent(messages);
  const shares = sent.map((count) => count / (cap * seconds));
  const done = after.filter((count) => count >= cap * (WATCHED + BESIDE)).length;
  if (done > 0)
    throw new Error(`${done} accounts had nothing more to send: they began too far apart`);
  return {
    sendsPerSecond: Math.round(messages / seconds),
    shareOfCap: {
      least: Number(Math.min(...shares).toFixed(3)),
      median: Number(percentileOf(shares, 0.5).toFixed(3)),
    },
    microsPerMessage: {
      ...Object.fromEntries(Object.entries(micros).map(([who, us]) => [who, Math.round(us)])),
      total: Math.round(Object.values(micros).reduce((sum, us) => sum + us, 0)),
    },
  };
}

/** A few at a time. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    }),
  );
}

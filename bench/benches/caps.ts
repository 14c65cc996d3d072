import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figures } from '../bench.js';
import type { Service } from '../support/service.js';
import type { Testbed } from '../support/testbed.js';
import { CONCURRENCY } from './weicast.js';

/** The caps of the broadcast, in messages a second. Its account has none. */
const CAPS = [1, 10, 1_000];
/** Long enough for one message to weigh little. */
const WATCHED_SECONDS = { 1: 120, 10: 60, 1_000: 20 } as Readonly<Record<number, number>>;
/** Longer than the slow start and the end of the broadcast take. */
const EXTRA_SECONDS = 40;
const POLL_MS = 1_000;
const OPEN = ['pending', 'queued', 'sending'];

/** The part of a broadcast that is read here. */
interface BroadcastView {
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly allowedPerSecond: number;
  readonly limitedBy: string | null;
  readonly etaSeconds: number | null;
}

export const caps: Bench = {
  name: 'caps',
  about:
    'one broadcast with a cap of its own: what share of it is kept, and what it says of itself',
  async run(testbed, { full }) {
    const figures: Record<string, Figures> = {};
    for (const cap of CAPS) {
      testbed.log(`${cap}/s`);
      const seconds = (WATCHED_SECONDS[cap] ?? 60) * (full ? 3 : 1);
      figures[`${cap}/s`] = await testbed.withService(
        { processes: [['api'], ['callback'], ['worker']], slots: CONCURRENCY },
        (service) => measureCap(testbed, service, cap, seconds),
      );
    }
    return figures;
  },
};

async function measureCap(
  testbed: Testbed,
  service: Service,
  cap: number,
  seconds: number,
): Promise<Figures> {
  const wechat = await testbed.wechat();
  const account = await wechat.createAccount(cap * (seconds + EXTRA_SECONDS), 100);
  await service.addAccount(account);
  const id = await service.startBroadcast(account, { sendsPerSecond: cap });
  const view = (): Promise<BroadcastView> => service.admin.get(`/v1/broadcasts/${id}`);
  const accepted = async (): Promise<number> => (await wechat.stats(account.appid)).accepted;
  while ((await accepted()) < cap || (await view()).allowedPerSecond < cap) {
    if ((await view()).state !== 'running') throw new Error('it ended before the slow start did');
    await sleep(100);
  }

  const before = await accepted();
  const startedAt = performance.now();
  const views: BroadcastView[] = [];
  while (performance.now() - startedAt < seconds * 1_000) {
    await sleep(POLL_MS);
    views.push(await view());
  }
  const after = await accepted();
  const took = (performance.now() - startedAt) / 1_000;
  const last = views.at(-1);
  if (last?.state !== 'running')
    throw new Error(
      `the broadcast should still be running, and is ${last?.state}: raise EXTRA_SECONDS`,
    );
  return {
    keptShare: rounded((after - before) / (cap * took)),
    saysOwnRate: rounded(
      views.filter(({ limitedBy }) => limitedBy === 'own_rate').length / views.length,
    ),
    // The largest share by which the promised time differs from the time that the cap needs.
    etaOffByMost: rounded(Math.max(...views.map((each) => etaOff(each, cap)))),
  };
}

/** The service rounds the last second up. */
function etaOff({ counts, etaSeconds }: BroadcastView, cap: number): number {
  const left = OPEN.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const expected = Math.ceil(left / cap);
  return etaSeconds === null ? 1 : Math.abs(etaSeconds - expected) / expected;
}

const rounded = (share: number): number => Number(share.toFixed(3));

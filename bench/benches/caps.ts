import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figures } from '../bench.js';
import type { Service } from '../support/service.js';
import type { Stage } from '../support/stage.js';
import { CONCURRENCY } from './weicast.js';

/** Of the broadcast itself, messages a second; of its account there is none. */
const CAPS = [1, 10, 1_000];
/** One message more or less must weigh little: so long is watched, in seconds. */
const WATCHED = { 1: 120, 10: 60, 1_000: 20 } as Readonly<Record<number, number>>;
/** Longer than the slow start takes, and the broadcast's end. */
const BESIDE = 40;
const LOOK_MS = 1_000;
const OPEN = ['pending', 'queued', 'sending'];

/** A broadcast, as far as it is read here. */
interface Shown {
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly limitedBy: string | null;
  readonly etaSeconds: number | null;
}

export const caps: Bench = {
  name: 'caps',
  about:
    'one broadcast with a cap of its own: what share of it is kept, and what it says of itself',
  async run(stage, { full }) {
    const figures: Record<string, Figures> = {};
    for (const cap of CAPS) {
      stage.tell(`${cap}/s`);
      const seconds = (WATCHED[cap] ?? 60) * (full ? 3 : 1);
      figures[`${cap}/s`] = await stage.withService(
        { processes: [['api'], ['callback'], ['worker']], slots: CONCURRENCY },
        (service) => watch(stage, service, cap, seconds),
      );
    }
    return figures;
  },
};

async function watch(
  stage: Stage,
  service: Service,
  cap: number,
  seconds: number,
): Promise<Figures> {
  const wechat = await stage.wechat();
  const account = await wechat.account(cap * (seconds + BESIDE), 100);
  await service.introduce(account);
  const id = await service.broadcast(account, { sendsPerSecond: cap });
  const show = (): Promise<Shown> => service.admin.get(`/v1/broadcasts/${id}`);
  const accepted = async (): Promise<number> => (await wechat.books(account.appid)).accepted;
  while ((await accepted()) < cap || (await show()).limitedBy !== 'own_rate') await sleep(100);

  const before = await accepted();
  const startedAt = performance.now();
  const looks: Shown[] = [];
  while (performance.now() - startedAt < seconds * 1_000) {
    await sleep(LOOK_MS);
    looks.push(await show());
  }
  const after = await accepted();
  const took = (performance.now() - startedAt) / 1_000;
  const last = looks.at(-1);
  if (last?.state !== 'running') throw new Error(`it ended too early: it is ${last?.state}`);
  return {
    keptShare: rounded((after - before) / (cap * took)),
    saysOwnRate: rounded(
      looks.filter(({ limitedBy }) => limitedBy === 'own_rate').length / looks.length,
    ),
    // By what part of itself the time that it promises differs from what is left at its cap.
    etaOffByMost: rounded(Math.max(...looks.map((look) => etaOff(look, cap)))),
  };
}

/** The last second is rounded up. */
function etaOff({ counts, etaSeconds }: Shown, cap: number): number {
  const left = OPEN.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const expected = Math.ceil(left / cap);
  return etaSeconds === null ? 1 : Math.abs(etaSeconds - expected) / expected;
}

const rounded = (share: number): number => Number(share.toFixed(3));

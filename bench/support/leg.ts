import { setTimeout as sleep } from 'node:timers/promises';
import { processorMicros } from './processor-time.js';
import type { Wechat, WechatAccount } from './wechat.js';

/** One run of so many messages, from nothing to the last trace of them. */
export interface Leg {
  /** Messages a second in the middle eight tenths, as WeChat saw them. */
  readonly perSecond: number;
  /** Processor time in microseconds for each message, by the name of who spent it. */
  readonly micros: Readonly<Record<string, number>>;
  /** All of them together. */
  readonly total: number;
  /** What the simulator spent on each; on the same cores, but nobody's cost. */
  readonly simulator: number;
}

export interface LegSettings {
  readonly wechat: Wechat;
  readonly account: WechatAccount;
  readonly messages: number;
  /** Whose processor time is counted. */
  readonly spenders: Readonly<Record<string, readonly number[]>>;
  readonly start: () => Promise<unknown>;
  /** Asked once all messages are out: whether everything that belongs to them is done. */
  readonly isDone: () => Promise<boolean>;
}

const SAMPLE_MS = 100;

/** Asks the simulator only: it is the one process whose time does not matter. */
export async function runLeg(settings: LegSettings): Promise<Leg> {
  const { wechat, account, messages, spenders } = settings;
  const before = (await wechat.books(account.appid)).accepted;
  const spent = meter(spenders);
  const simulated = meter({ simulator: wechat.pids });
  const samples: { at: number; count: number }[] = [];
  const started = settings.start();
  // A start that fails ends the leg at once; one that takes long (a whole run) is waited for below.
  const failed = new Promise<never>((_, reject) => void started.catch(reject));
  failed.catch(() => {});
  for (let count = 0; count < messages;) {
    await Promise.race([sleep(SAMPLE_MS), failed]);
    count = (await wechat.books(account.appid)).accepted - before;
    samples.push({ at: performance.now(), count });
  }
  await started;
  while (!(await settings.isDone())) await sleep(SAMPLE_MS);
  const micros = spent(messages);
  return {
    perSecond: rateOf(samples, messages),
    micros,
    total: Object.values(micros).reduce((sum, each) => sum + each, 0),
    simulator: simulated(messages)['simulator'] ?? NaN,
  };
}

/** Between the tenth and the ninetieth hundredth of the messages, each instant interpolated. */
function rateOf(samples: readonly { at: number; count: number }[], messages: number): number {
  const reached = (share: number): number => {
    const next = samples.findIndex(({ count }) => count >= share * messages);
    const [a, b] = [samples[next - 1], samples[next]];
    if (!a || !b) return samples[next]?.at ?? NaN;
    return a.at + ((share * messages - a.count) / (b.count - a.count)) * (b.at - a.at);
  };
  return (0.8 * messages * 1_000) / (reached(0.9) - reached(0.1));
}

/** Microseconds of each spender since now, over so many messages. */
export function meter(
  spenders: Readonly<Record<string, readonly number[]>>,
): (messages: number) => Record<string, number> {
  const read = (): [string, number][] =>
    Object.entries(spenders).map(([name, pids]) => [name, processorMicros(pids)]);
  const before = new Map(read());
  return (messages) =>
    Object.fromEntries(
      read().map(([name, micros]) => [name, (micros - (before.get(name) ?? 0)) / messages]),
    );
}

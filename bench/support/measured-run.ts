import { setTimeout as sleep } from 'node:timers/promises';
import { processorMicros } from './processor-time.js';
import type { WechatProcess, WechatAccount } from './wechat-process.js';

/** A run of so many messages, from its start until nothing is left to do. */
export interface MeasuredRun {
  /** Messages a second that WeChat saw, in the middle eight tenths of the run. */
  readonly perSecond: number;
  /** Microseconds of processor time for each message, by the name of the spender. */
  readonly micros: Readonly<Record<string, number>>;
  /** The sum over all spenders. */
  readonly total: number;
  /** Microseconds of the simulator for each message. They are nobody's cost. */
  readonly simulator: number;
  /** Bytes that PostgreSQL wrote into its log for each message, where that was looked at. */
  readonly walBytes?: number;
}

export interface RunSettings {
  readonly wechat: WechatProcess;
  readonly account: WechatAccount;
  readonly messages: number;
  /** Whose processor time is counted. */
  readonly spenders: Readonly<Record<string, readonly number[]>>;
  readonly start: () => Promise<unknown>;
  /** What happens beside it once half of the messages were sent. The run lasts until that is done too. */
  readonly atHalf?: () => Promise<unknown>;
  /** Asked after all messages were sent: whether their other work is done. */
  readonly isDone: () => Promise<boolean>;
}

const SAMPLE_MS = 100;

/** Polls only the simulator while messages are sent, because its processor time does not matter. */
export async function measureRun(settings: RunSettings): Promise<MeasuredRun> {
  const { wechat, account, messages, spenders } = settings;
  const before = (await wechat.stats(account.appid)).accepted;
  const microsPer = startProcessorMeter(spenders);
  const simulated = startProcessorMeter({ simulator: wechat.pids });
  const samples: { at: number; count: number }[] = [];
  const started = settings.start();
  // A failed start ends the run at once. The run waits below for a start that takes long.
  const failed = new Promise<never>((_, reject) => void started.catch(reject));
  failed.catch(() => {});
  let half: Promise<unknown> | undefined;
  for (let count = 0; count < messages;) {
    await Promise.race([sleep(SAMPLE_MS), failed]);
    count = (await wechat.stats(account.appid)).accepted - before;
    samples.push({ at: performance.now(), count });
    if (count < messages / 2) continue;
    half ??= settings.atHalf?.();
    half?.catch(() => {});
  }
  await started;
  await half;
  while (!(await settings.isDone())) await sleep(SAMPLE_MS);
  const micros = microsPer(messages);
  return {
    perSecond: rateOf(samples, messages),
    micros,
    total: Object.values(micros).reduce((sum, each) => sum + each, 0),
    simulator: simulated(messages)['simulator'] ?? NaN,
  };
}

/** The rate between a tenth and nine tenths of the messages. Both instants are interpolated. */
function rateOf(samples: readonly { at: number; count: number }[], messages: number): number {
  const reached = (share: number): number => {
    const next = samples.findIndex(({ count }) => count >= share * messages);
    const [a, b] = [samples[next - 1], samples[next]];
    if (!a || !b) return samples[next]?.at ?? NaN;
    return a.at + ((share * messages - a.count) / (b.count - a.count)) * (b.at - a.at);
  };
  return (0.8 * messages * 1_000) / (reached(0.9) - reached(0.1));
}

/** Returns a function that gives the microseconds of each spender since the start, for each message. */
export function startProcessorMeter(
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

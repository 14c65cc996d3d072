import type { UnqueuedSenderRequest } from '../programs/unqueued-sender.js';
import { type MeasuredRun, measureRun } from './measured-run.js';
import type { Testbed } from './testbed.js';
import type { WechatAccount } from './wechat-process.js';

export interface UnqueuedRunSettings {
  readonly messages: number;
  readonly latencyMs: number;
  /** Posts in flight. The sequential loop has 1. */
  readonly concurrency: number;
  readonly rounds: number;
}

/** Measures the same post without a queue, in several rounds. */
export async function measureUnqueuedRuns(
  testbed: Testbed,
  settings: UnqueuedRunSettings,
): Promise<MeasuredRun[]> {
  const { messages, latencyMs, concurrency, rounds } = settings;
  const wechat = await testbed.wechat();
  const account = await wechat.createAccount(messages, latencyMs);
  return testbed.withProgram('unqueued-sender.ts', async (program) => {
    const ask = (request: UnqueuedSenderRequest): Promise<void> => program.request(request);
    await ask({
      kind: 'open',
      settings: { origin: wechat.url, ...account, connections: concurrency },
    });
    const warmUp = Math.min(messages, 3_000, concurrency * 20);
    await ask({ kind: 'send', messages: warmUp, concurrency, text: 'warm-up' });
    const runs: MeasuredRun[] = [];
    for (let round = 1; round <= rounds; round++)
      runs.push(
        await measureUnqueuedRun(wechat, account, program.pid, () =>
          ask({ kind: 'send', messages, concurrency, text: `round ${round}` }),
        ),
      );
    return runs;
  });
}

const measureUnqueuedRun = (
  wechat: Awaited<ReturnType<Testbed['wechat']>>,
  account: WechatAccount,
  pid: number,
  start: () => Promise<void>,
): Promise<MeasuredRun> =>
  measureRun({
    wechat,
    account,
    messages: account.followers,
    spenders: { program: [pid] },
    start,
    isDone: () => Promise.resolve(true),
  });

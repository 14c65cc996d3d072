import type { BareSenderRequest } from '../programs/bare-sender.js';
import { WARM_UP_MESSAGES } from '../bench.js';
import { type MeasuredRun, measureRun } from './measured-run.js';
import type { Program } from './program.js';
import type { Testbed } from './testbed.js';
import type { WechatAccount } from './wechat-process.js';

export interface BareProgram {
  readonly program: Program;
  readonly account: WechatAccount;
}

/** Starts the minimal BullMQ program with an account of its own, and warms it up. */
export async function withBareProgram<T>(
  testbed: Testbed,
  options: { readonly messages: number; readonly latencyMs: number; readonly concurrency: number },
  use: (bare: BareProgram) => Promise<T>,
): Promise<T> {
  const [redis, wechat] = [await testbed.redis(), await testbed.wechat()];
  const account = await wechat.createAccount(options.messages, options.latencyMs);
  return testbed.withProgram('bare-sender.ts', async (program) => {
    const request: BareSenderRequest = {
      kind: 'open',
      settings: { origin: wechat.url, ...account, connections: options.concurrency },
      redisPort: redis.port,
      concurrency: options.concurrency,
    };
    await program.request(request);
    const warmUp = {
      program,
      account: { ...account, followers: Math.min(options.messages, WARM_UP_MESSAGES) },
    };
    await measureBareRun(testbed, warmUp, 'warm-up');
    return use({ program, account });
  });
}

/** Sends to every follower of the account once: `addBulk`, worker, post. */
export async function measureBareRun(
  testbed: Testbed,
  { program, account }: BareProgram,
  text: string,
): Promise<MeasuredRun> {
  const [redis, wechat] = [await testbed.redis(), await testbed.wechat()];
  const request: BareSenderRequest = { kind: 'send', messages: account.followers, text };
  return measureRun({
    wechat,
    account,
    messages: account.followers,
    spenders: { program: [program.pid], redis: redis.pids },
    start: () => program.request(request),
    isDone: () => Promise.resolve(true),
  });
}

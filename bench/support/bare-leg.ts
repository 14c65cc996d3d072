import type { BareSenderRequest } from '../programs/bare-sender.js';
import { WARM_UP_MESSAGES } from '../bench.js';
import { type Leg, runLeg } from './leg.js';
import type { Program } from './program.js';
import type { Stage } from './stage.js';
import type { WechatAccount } from './wechat.js';

export interface BareRun {
  readonly program: Program;
  readonly account: WechatAccount;
}

/** The minimal BullMQ program with an account of its own, warmed up by one run. */
export async function withBare<T>(
  stage: Stage,
  order: { readonly messages: number; readonly latencyMs: number; readonly concurrency: number },
  play: (bare: BareRun) => Promise<T>,
): Promise<T> {
  const [redis, wechat] = [await stage.redis(), await stage.wechat()];
  const account = await wechat.account(order.messages, order.latencyMs);
  return stage.withProgram('bare-sender.ts', async (program) => {
    const request: BareSenderRequest = {
      kind: 'open',
      settings: { origin: wechat.url, ...account, connections: order.concurrency },
      redisPort: redis.port,
      concurrency: order.concurrency,
    };
    await program.ask(request);
    const warmUp = {
      program,
      account: { ...account, followers: Math.min(order.messages, WARM_UP_MESSAGES) },
    };
    await bareLeg(stage, warmUp, 'warm-up');
    return play({ program, account });
  });
}

/** Every follower of the account once: `addBulk`, worker, post. */
export async function bareLeg(
  stage: Stage,
  { program, account }: BareRun,
  text: string,
): Promise<Leg> {
  const [redis, wechat] = [await stage.redis(), await stage.wechat()];
  const request: BareSenderRequest = { kind: 'send', messages: account.followers, text };
  return runLeg({
    wechat,
    account,
    messages: account.followers,
    spenders: { program: [program.pid], redis: redis.pids },
    start: () => program.ask(request),
    isDone: () => Promise.resolve(true),
  });
}

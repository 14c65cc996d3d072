import type { PlainSenderRequest } from '../programs/plain-sender.js';
import { type Leg, runLeg } from './leg.js';
import type { Stage } from './stage.js';
import type { WechatAccount } from './wechat.js';

export interface PlainOrder {
  readonly messages: number;
  readonly latencyMs: number;
  /** Posts under way; 1 is the sequential loop. */
  readonly atOnce: number;
  readonly rounds: number;
}

/** The same post without any queue, so often. */
export async function plainLegs(stage: Stage, order: PlainOrder): Promise<Leg[]> {
  const { messages, latencyMs, atOnce, rounds } = order;
  const wechat = await stage.wechat();
  const account = await wechat.account(messages, latencyMs);
  return stage.withProgram('plain-sender.ts', async (program) => {
    const ask = (request: PlainSenderRequest): Promise<void> => program.ask(request);
    await ask({
      kind: 'open',
      settings: { origin: wechat.url, ...account, connections: atOnce },
    });
    const warmUp = Math.min(messages, 3_000, atOnce * 20);
    await ask({ kind: 'send', messages: warmUp, atOnce, text: 'warm-up' });
    const legs: Leg[] = [];
    for (let round = 1; round <= rounds; round++)
      legs.push(
        await plainLeg(wechat, account, program.pid, () =>
          ask({ kind: 'send', messages, atOnce, text: `round ${round}` }),
        ),
      );
    return legs;
  });
}

const plainLeg = (
  wechat: Awaited<ReturnType<Stage['wechat']>>,
  account: WechatAccount,
  pid: number,
  start: () => Promise<void>,
): Promise<Leg> =>
  runLeg({
    wechat,
    account,
    messages: account.followers,
    spenders: { program: [pid] },
    start,
    isDone: () => Promise.resolve(true),
  });

import { type Bench, type Figures, messagesOf } from '../bench.js';
import { residentBytes } from '../support/processor-time.js';
import { runLeg } from '../support/leg.js';
import { spreadOf } from '../support/spread.js';
import type { CallbackSinkAnswer } from '../programs/callback-sink.js';

const AT_ONCE = 64;

export const simulator: Bench = {
  name: 'simulator',
  about: 'what a send costs the pretended WeChat, ledger on, each receipt pushed and answered',
  async run(stage, options) {
    const messages = messagesOf(options);
    const wechat = await stage.wechat();
    const micros: number[] = [];
    const perSecond: number[] = [];
    await stage.withProgram('callback-sink.ts', (sink) =>
      stage.withProgram('plain-sender.ts', async (program) => {
        const { url } = await sink.ask<CallbackSinkAnswer>({});
        const account = await wechat.account(messages, 0, { callback: { url, token: 'sink' } });
        await program.ask({
          kind: 'open',
          settings: { origin: wechat.url, ...account, connections: AT_ONCE },
        });
        const leg = (text: string) =>
          runLeg({
            wechat,
            account,
            messages,
            spenders: {},
            start: () => program.ask({ kind: 'send', messages, atOnce: AT_ONCE, text }),
            isDone: async () => (await wechat.books(account.appid)).callbacks.pending === 0,
          });
        await leg('warm-up');
        for (let round = 1; round <= options.rounds; round++) {
          const done = await leg(`round ${round}`);
          micros.push(done.simulator);
          perSecond.push(done.perSecond);
        }
      }),
    );
    const [pid = 0] = wechat.pids;
    return {
      microsPerSend: spreadOf(micros, 0),
      sendsPerSecond: spreadOf(perSecond, 0),
      residentMiB: Math.round(residentBytes(pid) / 1_048_576),
    } satisfies Figures;
  },
};

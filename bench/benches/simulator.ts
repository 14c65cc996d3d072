import { type Bench, type Figures, messagesOf } from '../bench.js';
import { residentBytes } from '../support/processor-time.js';
import { measureRun } from '../support/measured-run.js';
import { spreadOf } from '../support/spread.js';
import type { CallbackSinkAnswer } from '../programs/callback-sink.js';

const CONCURRENT_POSTS = 64;

export const simulator: Bench = {
  name: 'simulator',
  about: 'what a send costs the pretended WeChat, ledger on, each receipt pushed and answered',
  async run(testbed, options) {
    const messages = messagesOf(options);
    const wechat = await testbed.wechat();
    const micros: number[] = [];
    const perSecond: number[] = [];
    await testbed.withProgram('callback-sink.ts', (sink) =>
      testbed.withProgram('unqueued-sender.ts', async (program) => {
        const { url } = await sink.request<CallbackSinkAnswer>({});
        const account = await wechat.createAccount(messages, 0, {
          callback: { url, token: 'sink' },
        });
        await program.request({
          kind: 'open',
          settings: { origin: wechat.url, ...account, connections: CONCURRENT_POSTS },
        });
        const measure = (text: string) =>
          measureRun({
            wechat,
            account,
            messages,
            spenders: {},
            start: () =>
              program.request({ kind: 'send', messages, concurrency: CONCURRENT_POSTS, text }),
            isDone: async () => (await wechat.stats(account.appid)).callbacks.pending === 0,
          });
        await measure('warm-up');
        for (let round = 1; round <= options.rounds; round++) {
          const done = await measure(`round ${round}`);
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

import type { Bench, Figures } from '../bench.js';
import type { CallbackLoad, CallbackLoadResult } from '../programs/callback-load.js';
import { startProcessorMeter } from '../support/measured-run.js';
import { receiptPushes } from '../support/receipt-pushes.js';
import { spreadOf } from '../support/spread.js';

/** The most pushes of WeChat that anybody has seen in flight at once. */
const CONNECTIONS = 100;
/** autocannon prepares each push for each connection while its clock runs. For 2,000 pushes that took three seconds. */
const DIFFERENT_PUSHES = 50;
const AES_KEY = 'A'.repeat(43);

export const callback: Bench = {
  name: 'callback',
  about:
    'pushes a second on the callback role alone, each answered once it is stored (load: autocannon)',
  async run(testbed, { full, rounds }) {
    const [wechat, redis] = [await testbed.wechat(), await testbed.redis()];
    return testbed.withService({ processes: [['api'], ['callback']] }, async (service) => {
      const figures: Record<string, Figures> = {};
      for (const mode of ['plain', 'safe'] as const) {
        testbed.log(mode);
        const account = await wechat.createAccount(1, 0);
        await service.registerAccount(account, {
          callbackMode: mode,
          ...(mode === 'safe' ? { encodingAesKey: AES_KEY } : {}),
        });
        const { url, token } = service.callbackSettings(account.appid);
        const { origin, pathname } = new URL(url);
        const loadFor = (seconds: number): CallbackLoad => ({
          url: origin,
          seconds,
          connections: CONNECTIONS,
          pushes: receiptPushes(DIFFERENT_PUSHES, pathname, {
            appid: account.appid,
            token,
            ...(mode === 'safe' ? { encodingAesKey: AES_KEY } : {}),
          }),
        });
        figures[mode] = await testbed.withProgram('callback-load.ts', async (load) => {
          await load.request(loadFor(2));
          const results: CallbackLoadResult[] = [];
          const micros: number[] = [];
          for (let round = 1; round <= rounds; round++) {
            const seconds = full ? 20 : 3;
            const microsPer = startProcessorMeter({
              all: [...service.pids('callback'), ...redis.pids],
            });
            const result = await load.request<CallbackLoadResult>(loadFor(seconds));
            micros.push(microsPer(result.perSecond * seconds)['all'] ?? NaN);
            results.push(result);
            await redis.empty();
          }
          return {
            pushesPerSecond: spreadOf(
              results.map(({ perSecond }) => perSecond),
              0,
            ),
            p50Ms: spreadOf(results.map(({ p50 }) => p50)),
            p99Ms: spreadOf(results.map(({ p99 }) => p99)),
            mostMs: spreadOf(results.map(({ max: most }) => most)),
            // It counts refusals, and connections that closed without an answer; WeChat would retry those.
            notTaken: spreadOf(
              results.map(({ failed: bad }) => bad),
              0,
            ),
            microsPerPush: spreadOf(micros, 0),
          };
        });
      }
      return figures;
    });
  },
};

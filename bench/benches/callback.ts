import type { Bench, Figures } from '../bench.js';
import type { CallbackLoad, CallbackLoadResult } from '../programs/callback-load.js';
import { meter } from '../support/leg.js';
import { receiptPushes } from '../support/receipt-pushes.js';
import { spreadOf } from '../support/spread.js';

/** WeChat's pushes in flight at once, as far as anybody has seen. */
const CONNECTIONS = 100;
/** autocannon prepares each for each connection while its clock runs: of 2,000 it had its hands full for three seconds. */
const DIFFERENT_PUSHES = 50;
const AES_KEY = 'A'.repeat(43);

export const callback: Bench = {
  name: 'callback',
  about:
    'pushes a second on the callback role alone, each answered once it is stored (load: autocannon)',
  async run(stage, { full, rounds }) {
    const [wechat, redis] = [await stage.wechat(), await stage.redis()];
    return stage.withService({ processes: [['api'], ['callback']] }, async (service) => {
      const figures: Record<string, Figures> = {};
      for (const mode of ['plain', 'safe'] as const) {
        stage.tell(mode);
        const account = await wechat.account(1, 0);
        await service.register(account, {
          callbackMode: mode,
          ...(mode === 'safe' ? { encodingAesKey: AES_KEY } : {}),
        });
        const { url, token } = service.callbackOf(account.appid);
        const { origin, pathname } = new URL(url);
        const order = (seconds: number): CallbackLoad => ({
          url: origin,
          seconds,
          connections: CONNECTIONS,
          pushes: receiptPushes(DIFFERENT_PUSHES, pathname, {
            appid: account.appid,
            token,
            ...(mode === 'safe' ? { encodingAesKey: AES_KEY } : {}),
          }),
        });
        figures[mode] = await stage.withProgram('callback-load.ts', async (load) => {
          await load.ask(order(2));
          const results: CallbackLoadResult[] = [];
          const micros: number[] = [];
          for (let round = 1; round <= rounds; round++) {
            const seconds = full ? 20 : 3;
            const spent = meter({ all: [...service.pids('callback'), ...redis.pids] });
            const result = await load.ask<CallbackLoadResult>(order(seconds));
            micros.push(spent(result.perSecond * seconds)['all'] ?? NaN);
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
            mostMs: spreadOf(results.map(({ most }) => most)),
            // Connections closed without an answer, which WeChat tries again, and refusals.
            notTaken: spreadOf(
              results.map(({ bad }) => bad),
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

import { type Bench, messagesOf } from '../bench.js';
import { measureBroadcast, createWarmAccount } from '../support/broadcast-run.js';
import type { MeasuredRun } from '../support/measured-run.js';
import { runFigures } from '../support/run-figures.js';
import type { Service } from '../support/service.js';
import { spreadOf } from '../support/spread.js';
import type { Testbed } from '../support/testbed.js';
import type { WechatAccount } from '../support/wechat-process.js';
import { CONCURRENCY } from './weicast.js';

const SERVICE_OPTIONS = { processes: [['api', 'callback', 'worker']], slots: CONCURRENCY } as const;

export const proxy: Bench = {
  name: 'proxy',
  about: 'the product through a forward proxy, beside the product without one',
  async run(testbed, options) {
    const followers = messagesOf(options);
    return testbed.withProgram('connect-proxy.ts', async (program) => {
      const wechatProxy = await program.request<string>({});
      return testbed.withService(SERVICE_OPTIONS, (direct) =>
        testbed.withService({ ...SERVICE_OPTIONS, wechatProxy }, async (proxied) => {
          const [without, through] = [
            await prepareRuns(testbed, direct, followers),
            await prepareRuns(testbed, proxied, followers),
          ];
          const runs: { without: MeasuredRun; through: MeasuredRun }[] = [];
          for (let round = 1; round <= options.rounds; round++) {
            testbed.log(`round ${round} of ${options.rounds}`);
            runs.push({ without: await without(), through: await through() });
          }
          return {
            '100ms': {
              without: runFigures(runs.map((run) => run.without)),
              through: runFigures(runs.map((run) => run.through)),
              speedRatio: spreadOf(
                runs.map((run) => run.through.perSecond / run.without.perSecond),
                3,
              ),
            },
          };
        }),
      );
    });
  },
};

async function prepareRuns(
  testbed: Testbed,
  service: Service,
  followers: number,
): Promise<() => Promise<MeasuredRun>> {
  const account: WechatAccount = await createWarmAccount(testbed, service, {
    followers,
    latencyMs: 100,
    receipts: true,
  });
  return () => measureBroadcast(testbed, service, account, { receipts: true });
}

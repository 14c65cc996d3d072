import { type Bench, messagesOf } from '../bench.js';
import { broadcastLeg, warmAccount } from '../support/broadcast-leg.js';
import type { Leg } from '../support/leg.js';
import { legFigures } from '../support/leg-figures.js';
import type { Service } from '../support/service.js';
import { spreadOf } from '../support/spread.js';
import type { Stage } from '../support/stage.js';
import type { WechatAccount } from '../support/wechat.js';
import { CONCURRENCY } from './weicast.js';

const ORDER = { processes: [['api', 'callback', 'worker']], slots: CONCURRENCY } as const;

export const proxy: Bench = {
  name: 'proxy',
  about: 'the product through a forward proxy, beside the product without one',
  async run(stage, options) {
    const followers = messagesOf(options);
    return stage.withProgram('connect-proxy.ts', async (program) => {
      const wechatProxy = await program.ask<string>({});
      return stage.withService(ORDER, (direct) =>
        stage.withService({ ...ORDER, wechatProxy }, async (proxied) => {
          const [without, through] = [
            await playerOf(stage, direct, followers),
            await playerOf(stage, proxied, followers),
          ];
          const legs: { without: Leg; through: Leg }[] = [];
          for (let round = 1; round <= options.rounds; round++) {
            stage.tell(`round ${round} of ${options.rounds}`);
            legs.push({ without: await without(), through: await through() });
          }
          return {
            '100ms': {
              without: legFigures(legs.map((leg) => leg.without)),
              through: legFigures(legs.map((leg) => leg.through)),
              speedRatio: spreadOf(
                legs.map((leg) => leg.through.perSecond / leg.without.perSecond),
                3,
              ),
            },
          };
        }),
      );
    });
  },
};

async function playerOf(
  stage: Stage,
  service: Service,
  followers: number,
): Promise<() => Promise<Leg>> {
  const account: WechatAccount = await warmAccount(stage, service, {
    followers,
    latencyMs: 100,
    receipts: true,
  });
  return () => broadcastLeg(stage, service, account, { receipts: true });
}

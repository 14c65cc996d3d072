import { type Bench, type Figures, messagesOf } from '../bench.js';
import { bareLeg, withBare } from '../support/bare-leg.js';
import { broadcastLeg, warmAccount } from '../support/broadcast-leg.js';
import type { Leg } from '../support/leg.js';
import { legFigures } from '../support/leg-figures.js';
import { spreadOf } from '../support/spread.js';
import type { Role, Service } from '../support/service.js';
import type { Stage } from '../support/stage.js';

/** Sends that may be under way: the product's default, which the bare program beside it is given too. */
export const CONCURRENCY = 1_000;
const FEWER_SLOTS = 500;

const ALL_IN_ONE: readonly (readonly Role[])[] = [['api', 'callback', 'worker']];
const APART: readonly (readonly Role[])[] = [['api'], ['callback'], ['worker']];

interface Variant {
  readonly name: string;
  readonly latencyMs: number;
  readonly receipts: boolean;
  readonly recipients: number;
}

export const weicast: Bench = {
  name: 'weicast',
  about: 'the product: from the POST of a broadcast to its last receipt',
  async run(stage, options) {
    const { full, rounds, profileDir } = options;
    const recipients = messagesOf(options);
    const base = { name: '100ms', latencyMs: 100, receipts: true, recipients };
    const variants: Variant[] = [
      { ...base, name: '0ms', latencyMs: 0 },
      { ...base, name: '50ms', latencyMs: 50 },
      { ...base, name: '100ms without receipts', receipts: false },
      ...(full
        ? [10_000, 1_000_000].map((n) => ({
            ...base,
            name: `100ms ${n} recipients`,
            recipients: n,
          }))
        : []),
    ];
    const withSlots = (slots: number, play: (service: Service) => Promise<Figures>) =>
      stage.withService({ processes: ALL_IN_ONE, slots }, play);

    if (profileDir !== undefined)
      return stage.withService({ processes: APART, slots: CONCURRENCY }, (service) =>
        playEach(stage, service, [base]),
      );
    return {
      ...(await withSlots(CONCURRENCY, async (service) => ({
        '100ms beside bare': await besideBare(stage, service, recipients, rounds),
        ...(await playEach(stage, service, variants)),
      }))),
      ...(await withSlots(FEWER_SLOTS, (service) =>
        playEach(stage, service, [{ ...base, name: `100ms ${FEWER_SLOTS} slots` }]),
      )),
    };
  },
};

/** Turn by turn, so that whatever else the machine does falls upon both. */
async function besideBare(
  stage: Stage,
  service: Service,
  messages: number,
  rounds: number,
): Promise<Figures> {
  const latencyMs = 100;
  const order = { messages, latencyMs, concurrency: CONCURRENCY };
  return withBare(stage, order, async (bare) => {
    const account = await warmAccount(stage, service, {
      followers: messages,
      latencyMs,
      receipts: true,
    });
    const legs: { bare: Leg; ours: Leg }[] = [];
    for (let round = 1; round <= rounds; round++) {
      stage.tell(`round ${round} of ${rounds}`);
      legs.push({
        bare: await bareLeg(stage, bare, `round ${round}`),
        ours: await broadcastLeg(stage, service, account, { receipts: true }),
      });
    }
    return {
      concurrency: CONCURRENCY,
      weicast: legFigures(legs.map(({ ours }) => ours)),
      bare: legFigures(legs.map((leg) => leg.bare)),
      cpuRatioToBare: spreadOf(
        legs.map((leg) => leg.ours.total / leg.bare.total),
        3,
      ),
    };
  });
}

/** One round each, on an account of its own: beside bare is where rounds are compared. */
async function playEach(
  stage: Stage,
  service: Service,
  variants: readonly Variant[],
): Promise<Figures> {
  const figures: Record<string, Figures> = {};
  for (const { name, recipients: followers, latencyMs, receipts } of variants) {
    stage.tell(name);
    const account = await warmAccount(stage, service, { followers, latencyMs, receipts });
    figures[name] = legFigures([await broadcastLeg(stage, service, account, { receipts })]);
  }
  return figures;
}

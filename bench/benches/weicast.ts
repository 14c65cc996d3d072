import type { Bench, Figures } from '../bench.js';
import { bareLeg, withBare } from '../support/bare-leg.js';
import { broadcastLeg, warmAccount } from '../support/broadcast-leg.js';
import type { Leg } from '../support/leg.js';
import { legFigures } from '../support/leg-figures.js';
import { spreadOf } from '../support/spread.js';
import type { Role } from '../support/service.js';
import type { Stage } from '../support/stage.js';

/** Sends that may be under way, here and in the bare program beside which it is measured. */
export const CONCURRENCY = 500;

const ALL_IN_ONE: readonly (readonly Role[])[] = [['api', 'callback', 'worker']];
const APART: readonly (readonly Role[])[] = [['api'], ['callback'], ['worker']];

interface Variant {
  readonly name: string;
  readonly latencyMs: number;
  readonly receipts: boolean;
  readonly processes: readonly (readonly Role[])[];
  readonly slots: number;
  readonly recipients: number;
}

export const weicast: Bench = {
  name: 'weicast',
  about: 'the product: from the POST of a broadcast to its last receipt',
  async run(stage, { full, rounds, size, profileDir }) {
    const recipients = size ?? (full ? 100_000 : 15_000);
    const base = { latencyMs: 100, receipts: true, processes: ALL_IN_ONE, slots: CONCURRENCY };
    if (profileDir !== undefined)
      return play(stage, { ...base, name: '100ms', processes: APART, recipients }, 1);
    const figures: Record<string, Figures> = {
      '100ms beside bare': await besideBare(stage, recipients, rounds),
    };
    const variants: Variant[] = [
      { ...base, name: '0ms', latencyMs: 0, recipients },
      { ...base, name: '50ms', latencyMs: 50, recipients },
      { ...base, name: '100ms without receipts', receipts: false, recipients },
      { ...base, name: '100ms roles apart', processes: APART, recipients },
      { ...base, name: '100ms 1000 slots', slots: 1_000, recipients },
      ...(full
        ? [10_000, 1_000_000].map((n) => ({
            ...base,
            name: `100ms ${n} recipients`,
            recipients: n,
          }))
        : []),
    ];
    // Beside bare every round counts; the others are looked at once, or the whole would take too long.
    for (const variant of variants)
      figures[variant.name] = await play(stage, variant, full ? rounds : 1);
    return figures;
  },
};

/** Turn by turn, so that whatever else the machine does falls upon both. */
async function besideBare(stage: Stage, messages: number, rounds: number): Promise<Figures> {
  const latencyMs = 100;
  const order = { messages, latencyMs, concurrency: CONCURRENCY };
  return stage.withService({ processes: ALL_IN_ONE, slots: CONCURRENCY }, (service) =>
    withBare(stage, order, async (bare) => {
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
    }),
  );
}

async function play(stage: Stage, variant: Variant, rounds: number): Promise<Figures> {
  stage.tell(variant.name);
  const { processes, slots, recipients: followers, latencyMs, receipts } = variant;
  return stage.withService({ processes, slots }, async (service) => {
    const account = await warmAccount(stage, service, { followers, latencyMs, receipts });
    const legs: Leg[] = [];
    // A broadcast to a million takes long enough to be its own rounds.
    for (let round = 1; round <= (followers > 100_000 ? 1 : rounds); round++)
      legs.push(await broadcastLeg(stage, service, account, { receipts }));
    return legFigures(legs);
  });
}

import { type Bench, type Figures, messagesOf } from '../bench.js';
import { measureBareRun, withBareProgram } from '../support/bare-program.js';
import { measureBroadcast, createWarmAccount } from '../support/broadcast-run.js';
import type { MeasuredRun } from '../support/measured-run.js';
import { runFigures } from '../support/run-figures.js';
import { spreadOf } from '../support/spread.js';
import type { Role, Service } from '../support/service.js';
import type { Testbed } from '../support/testbed.js';

/** Sends in flight: the default of the product, and what the bare program gets too. */
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
  async run(testbed, options) {
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
    const withSlots = (slots: number, use: (service: Service) => Promise<Figures>) =>
      testbed.withService({ processes: ALL_IN_ONE, slots }, use);

    if (profileDir !== undefined)
      return testbed.withService({ processes: APART, slots: CONCURRENCY }, (service) =>
        measureEach(testbed, service, [base]),
      );
    return {
      ...(await withSlots(CONCURRENCY, async (service) => ({
        '100ms beside bare': await measureBesideBare(testbed, service, recipients, rounds),
        ...(await measureEach(testbed, service, variants)),
      }))),
      ...(await withSlots(FEWER_SLOTS, (service) =>
        measureEach(testbed, service, [{ ...base, name: `100ms ${FEWER_SLOTS} slots` }]),
      )),
    };
  },
};

/** The two alternate, so that other work of the machine slows both. */
async function measureBesideBare(
  testbed: Testbed,
  service: Service,
  messages: number,
  rounds: number,
): Promise<Figures> {
  const latencyMs = 100;
  const options = { messages, latencyMs, concurrency: CONCURRENCY };
  return withBareProgram(testbed, options, async (bare) => {
    const account = await createWarmAccount(testbed, service, {
      followers: messages,
      latencyMs,
      receipts: true,
    });
    const runs: { bare: MeasuredRun; ours: MeasuredRun }[] = [];
    for (let round = 1; round <= rounds; round++) {
      testbed.log(`round ${round} of ${rounds}`);
      runs.push({
        bare: await measureBareRun(testbed, bare, `round ${round}`),
        ours: await measureBroadcast(testbed, service, account, { receipts: true }),
      });
    }
    return {
      concurrency: CONCURRENCY,
      weicast: runFigures(runs.map(({ ours }) => ours)),
      bare: runFigures(runs.map((run) => run.bare)),
      cpuRatioToBare: spreadOf(
        runs.map((run) => run.ours.total / run.bare.total),
        3,
      ),
    };
  });
}

/** Measures each variant in one round, on an account of its own. */
async function measureEach(
  testbed: Testbed,
  service: Service,
  variants: readonly Variant[],
): Promise<Figures> {
  const figures: Record<string, Figures> = {};
  for (const { name, recipients: followers, latencyMs, receipts } of variants) {
    testbed.log(name);
    const account = await createWarmAccount(testbed, service, { followers, latencyMs, receipts });
    figures[name] = runFigures([await measureBroadcast(testbed, service, account, { receipts })]);
  }
  return figures;
}

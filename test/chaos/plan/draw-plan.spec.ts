import { coveredKinds, uncoveredKinds, LONG_RUN } from '../verdict/fault-coverage.js';
import { drawPlan } from './draw-plan.js';
import { QUEUES } from './plan.js';

const SEEDS = 300;

describe.each(QUEUES)('the plans of a long run on %s', (queue) => {
  const plans = Array.from({ length: SEEDS }, (_, seed) => drawPlan(seed, queue));

  it(`the plans of a long run on ${queue} hold every kind of fault, whatever the first seed`, () => {
    // The test assumes that every planned fault strikes.
    const rounds = plans.map(({ steps }) => ({
      queue,
      met: coveredKinds(
        queue,
        steps.map((step) => ({ ...step, strikes: 1 })),
      ),
    }));
    for (let first = 0; first + LONG_RUN <= SEEDS; first++)
      expect(uncoveredKinds(queue, rounds.slice(first, first + LONG_RUN))).toEqual([]);
  });

  it(`a plan on ${queue} keeps PostgreSQL away for a minute at most once`, () => {
    for (const { steps } of plans) {
      const outages = steps.filter(
        ({ fault }) => fault.kind === 'postgres-away' && fault.downMs >= 60_000,
      );
      expect(outages.length).toBeLessThanOrEqual(1);
    }
  });

  it(`plans on ${queue} are the same from the same seed, and others from another`, () => {
    expect(drawPlan(7, queue)).toEqual(plans[7]);
    expect(plans[7]).not.toEqual({ ...plans[8], seed: 7 });
  });
});

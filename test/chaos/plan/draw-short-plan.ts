import { LATER_PHASES, PATIENT_TRIES, REVIEW_SHARES } from './draw-plan.js';
import { RandomSource, roundRobin } from './random-source.js';
import { WECHAT_INCIDENTS, BEYOND_LEASE_MS, type DrawFault } from './incidents.js';
import type { Fault, PhaseName, Plan, QueueName, ROLES, Step } from './plan.js';

/** Phases that need an audience of several pages are left out. */
const QUIET_PHASES = ['expanding', ...LATER_PHASES] as const;

/**
 * The plan for CI, as short as leases allow. Every role is killed, a worker freezes beyond its lease, each store goes
 * away, connections are cut around commits, answers are lost, and Redis is emptied in each phase. The seed chooses
 * other faults of WeChat. On the PostgreSQL queue the database is restored from a dump, and the seed chooses the quiet
 * phase in which a worker is killed, because its jobs come back only after a minute.
 */
export function drawShortPlan(seed: number, queue: QueueName): Plan {
  const random = new RandomSource(seed);
  const releasing = (at: number, fault: Fault): Step => ({ phase: 'releasing', at, fault });
  const kill = (role: (typeof ROLES)[number]): Fault => ({
    kind: 'kill',
    role,
    downMs: random.ms(0, 1_500),
  });
  const [drops, bursts, ...others] = WECHAT_INCIDENTS as [DrawFault, DrawFault, ...DrawFault[]];
  const quiet = (phase: PhaseName, fault: Fault): Step => ({ phase, at: random.ms(0, 500), fault });
  // The canary is a tenth of the audience. Faults that delay receipts by a lease come after it.
  const steps: Step[] = [
    releasing(0.11, drops(random)),
    releasing(0.12, bursts(random)),
    releasing(0.13, { kind: 'freeze', role: 'worker-2', forMs: BEYOND_LEASE_MS }),
    releasing(0.14 + random.share() / 20, kill('worker-1')),
    releasing(0.2 + random.share() / 10, kill('api')),
    releasing(0.3 + random.share() / 10, kill('callback')),
    releasing(0.45, roundRobin(others, seed)(random)),
    releasing(0.5, { kind: 'token-expires', errcode: 42001 }),
    releasing(0.65, { kind: 'connections-cut', of: 'commit', when: 'before', times: 2 }),
    releasing(0.7, { kind: 'connections-cut', of: 'statement', when: 'after', times: 4 }),
    releasing(0.75, { kind: 'connections-cut', of: 'commit', when: 'after', times: 2 }),
  ];
  if (queue === 'redis')
    steps.push(
      releasing(0.35, { kind: 'silence', of: 'redis', to: 'worker-1', forMs: 3_000 }),
      ...QUIET_PHASES.map((phase) => quiet(phase, { kind: 'redis-empty' })),
      releasing(0.4, { kind: 'redis-empty' }),
      releasing(0.55, { kind: 'postgres-away', how: 'stop', downMs: random.ms(3_000, 6_000) }),
      releasing(0.6, { kind: 'redis-kill', downMs: random.ms(500, 2_000) }),
    );
  else
    steps.push(
      releasing(0.5, { kind: 'silence', of: 'postgres', to: 'worker-1', forMs: 3_000 }),
      quiet(roundRobin(QUIET_PHASES, seed), kill('worker-1')),
      releasing(0.2, { kind: 'postgres-back-up', how: 'dump' }),
      releasing(0.4, { kind: 'postgres-restore', how: 'dump', restart: false }),
      releasing(0.6, { kind: 'postgres-away', how: 'kill', downMs: random.ms(0, 3_000) }),
    );
  return {
    seed,
    queue,
    followers: 300,
    perSecond: 25,
    receipts: { early: 0.2, twice: 0.1, tries: PATIENT_TRIES },
    steps: steps.toSorted((a, b) => a.at - b.at),
    reviews: { ...REVIEW_SHARES, share: roundRobin([0.1, 0], seed) },
  };
}

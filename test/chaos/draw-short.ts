import { LATER_PHASES, PATIENT_TRIES, REVIEWED } from './draw.js';
import { Luck, turn } from './luck.js';
import { ANSWERS, BEYOND_LEASE_MS, type Draw } from './mishaps.js';
import type { PhaseName } from './phases.js';
import type { Fault, Plan, QueueName, ROLES, Step } from './plan.js';

/** All but those that need an audience of several pages. */
const QUIET_PHASES = ['expanding', ...LATER_PHASES] as const;

/**
 * For CI, as short as leases allow: a kill of each role, a worker frozen beyond its lease, each store away, connections
 * cut around a commit, lost answers, and Redis emptied in every phase that fits a small audience. By turns: what WeChat
 * does besides. On the PostgreSQL queue the database is restored from a dump, and by turns a worker is killed in one of
 * the quiet phases: its jobs come back after a minute or more.
 */
export function drawShortPlan(seed: number, queue: QueueName): Plan {
  const luck = new Luck(seed);
  const releasing = (at: number, fault: Fault): Step => ({ phase: 'releasing', at, fault });
  const kill = (role: (typeof ROLES)[number]): Fault => ({
    kind: 'kill',
    role,
    downMs: luck.ms(0, 1_500),
  });
  const [drops, bursts, ...others] = ANSWERS as [Draw, Draw, ...Draw[]];
  const quiet = (phase: PhaseName, fault: Fault): Step => ({ phase, at: luck.ms(0, 500), fault });
  // The canary is a tenth: what keeps its receipts waiting for a lease comes after it.
  const steps: Step[] = [
    releasing(0.11, drops(luck)),
    releasing(0.12, bursts(luck)),
    releasing(0.13, { kind: 'freeze', role: 'worker-2', forMs: BEYOND_LEASE_MS }),
    releasing(0.14 + luck.share() / 20, kill('worker-1')),
    releasing(0.2 + luck.share() / 10, kill('api')),
    releasing(0.3 + luck.share() / 10, kill('callback')),
    releasing(0.45, turn(others, seed)(luck)),
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
      releasing(0.55, { kind: 'postgres-away', how: 'stop', downMs: luck.ms(3_000, 6_000) }),
      releasing(0.6, { kind: 'redis-kill', downMs: luck.ms(500, 2_000) }),
    );
  else
    steps.push(
      releasing(0.5, { kind: 'silence', of: 'postgres', to: 'worker-1', forMs: 3_000 }),
      quiet(turn(QUIET_PHASES, seed), kill('worker-1')),
      releasing(0.2, { kind: 'postgres-back-up', how: 'dump' }),
      releasing(0.4, { kind: 'postgres-restore', how: 'dump', restart: false }),
      releasing(0.6, { kind: 'postgres-away', how: 'kill', downMs: luck.ms(0, 3_000) }),
    );
  return {
    seed,
    queue,
    followers: 300,
    perSecond: 25,
    receipts: { early: 0.2, twice: 0.1, tries: PATIENT_TRIES },
    steps: steps.toSorted((a, b) => a.at - b.at),
    reviews: { ...REVIEWED, share: turn([0.1, 0], seed) },
  };
}

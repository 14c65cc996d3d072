import { RandomSource, roundRobin } from './random-source.js';
import {
  WECHAT_INCIDENTS,
  type DrawFault,
  INCIDENTS,
  LONG_OUTAGE,
  REDIS_INCIDENTS,
  REDIS_SILENCES,
  SILENCES,
} from './incidents.js';
import {
  type Fault,
  type PhaseName,
  type Plan,
  type QueueName,
  type Restore,
  type Role,
  ROLES,
  type Step,
} from './plan.js';

const EXTRA_FAULTS = 5;
/** It shares no divisor with the numbers of phases, answers and incidents, so dumps meet each of them. */
const DUMP_EVERY = 5;
const WECHAT_TRIES = 3;
/** The recipients that become deliveries in one transaction. */
const PAGE = 5_000;
export const PATIENT_TRIES = 30;
/** Shares of the messages under review. The others pass with a receipt whose msgid nobody was told. */
export const REVIEW_SHARES = { told: 0.3, silent: 0.1, refused: 0.3 } as const;

/** Later phases in which a broadcast may rest, and Redis is emptied. */
export const LATER_PHASES = ['scheduled', 'canary', 'paused', 'quota'] as const;
const QUIET_PHASES = ['expanding', 'half-expanded', ...LATER_PHASES] as const;

/** Draws everything that goes wrong in a round. The same seed gives the same plan. */
export function drawPlan(seed: number, queue: QueueName): Plan {
  const random = new RandomSource(seed);
  const phases = new Set([roundRobin(QUIET_PHASES, seed), random.pick(LATER_PHASES)]);
  const followers = random.times(300, 900) + (phases.has('half-expanded') ? PAGE : 0);
  const incidents = queue === 'redis' ? [...REDIS_INCIDENTS, ...INCIDENTS] : INCIDENTS;
  const steps: Step[] = [];
  const releasing = (draw: DrawFault): void =>
    void steps.push({ phase: 'releasing', at: random.share(), fault: draw(random) });

  releasing(roundRobin([LONG_OUTAGE, ...incidents], seed));
  releasing(roundRobin(WECHAT_INCIDENTS, seed));
  const silences = queue === 'redis' ? [...SILENCES, ...REDIS_SILENCES] : SILENCES;
  // A silence comes early, while there are recipients to send to.
  steps.push({
    phase: 'releasing',
    at: random.share() / 3,
    fault: roundRobin(silences, seed)(random),
  });
  for (let n = 0; n < EXTRA_FAULTS; n++)
    releasing(random.chance(0.35) ? random.pick(WECHAT_INCIDENTS) : random.pick(incidents));

  for (const phase of phases)
    for (const fault of drawQuietFaults(phase, queue, random))
      steps.push({ phase, at: random.ms(0, 1_500), fault });

  const how = drawRestore(seed, random, steps);
  if (how) {
    const restart = how !== 'files' && random.chance(0.5);
    steps.push({ phase: 'releasing', at: 0.2, fault: { kind: 'postgres-back-up', how } });
    steps.push({ phase: 'releasing', at: 0.6, fault: { kind: 'postgres-restore', how, restart } });
  }
  return {
    seed,
    queue,
    followers,
    perSecond: Math.ceil(followers / random.times(15, 30)),
    receipts: {
      early: random.pick([0, 0.2]),
      twice: random.pick([0, 0.1]),
      tries: random.pick([WECHAT_TRIES, PATIENT_TRIES]),
    },
    steps: steps.toSorted((a, b) => a.at - b.at),
    // The reviews are drawn last, so that older seeds keep their plans.
    reviews: { ...REVIEW_SHARES, share: random.pick([0, 0.1, 0.25]) },
  };
}

/** Faults for a phase in which nothing is sent. */
function drawQuietFaults(phase: PhaseName, queue: QueueName, random: RandomSource): Fault[] {
  const kill = (role: Role): Fault => ({ kind: 'kill', role, downMs: random.ms(0, 2_000) });
  const emptied: Fault[] = queue === 'redis' ? [{ kind: 'redis-empty' }] : [];
  // One of them expands. Another must finish what it has begun.
  if (phase === 'half-expanded') return [...emptied, kill('worker-1'), kill('worker-2')];
  return emptied.length > 0 ? emptied : [kill(random.pick(ROLES))];
}

/** Every fifth seed restores a dump. Other kinds of restore are drawn at times. */
function drawRestore(
  seed: number,
  random: RandomSource,
  steps: readonly Step[],
): Restore | undefined {
  if (seed % DUMP_EVERY === 0) return 'dump';
  if (!random.chance(0.15)) return undefined;
  // Only a living process that saw later writes can tell that files were put back whole.
  const allLive = !steps.some(({ fault: { kind } }) => kind === 'kill' || kind === 'kill-all');
  return allLive ? random.pick(['files', 'new-timeline']) : 'new-timeline';
}

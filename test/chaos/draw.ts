import { Luck, turn } from './luck.js';
import {
  ANSWERS,
  type Draw,
  MISHAPS,
  OUTAGE,
  REDIS_MISHAPS,
  REDIS_SILENCES,
  SILENCES,
} from './mishaps.js';
import type { PhaseName } from './phases.js';
import { type Fault, type Plan, type QueueName, type Role, ROLES, type Step } from './plan.js';
import type { Restore } from './postgres-store.js';

const EXTRA_FAULTS = 5;
/** Shares no divisor with the turns of phases, answers and mishaps: it meets each of them. */
const DUMP_EVERY = 5;
const WECHAT_TRIES = 3;
/** Recipients that become deliveries in one transaction. */
const PAGE = 5_000;
export const PATIENT_TRIES = 30;
/** Of the messages under review; the others pass with a receipt whose msgid nobody was told. */
export const REVIEWED = { told: 0.3, silent: 0.1, refused: 0.3 } as const;

/** Where Redis is emptied besides: every phase in which a broadcast may lie. */
export const LATER_PHASES = ['scheduled', 'canary', 'paused', 'quota'] as const;
const QUIET_PHASES = ['expanding', 'half-expanded', ...LATER_PHASES] as const;

/** A plan of everything that goes wrong in a round; the same seed is the same plan. */
export function drawPlan(seed: number, queue: QueueName): Plan {
  const luck = new Luck(seed);
  const phases = new Set([turn(QUIET_PHASES, seed), luck.pick(LATER_PHASES)]);
  const followers = luck.times(300, 900) + (phases.has('half-expanded') ? PAGE : 0);
  const mishaps = queue === 'redis' ? [...REDIS_MISHAPS, ...MISHAPS] : MISHAPS;
  const steps: Step[] = [];
  const releasing = (draw: Draw): void =>
    void steps.push({ phase: 'releasing', at: luck.share(), fault: draw(luck) });

  releasing(turn([OUTAGE, ...mishaps], seed));
  releasing(turn(ANSWERS, seed));
  const silences = queue === 'redis' ? [...SILENCES, ...REDIS_SILENCES] : SILENCES;
  // Early enough for somebody to be left to send to.
  steps.push({
    phase: 'releasing',
    at: luck.share() / 3,
    fault: turn(silences, seed)(luck),
  });
  for (let n = 0; n < EXTRA_FAULTS; n++)
    releasing(luck.chance(0.35) ? luck.pick(ANSWERS) : luck.pick(mishaps));

  for (const phase of phases)
    for (const fault of quietFaults(phase, queue, luck))
      steps.push({ phase, at: luck.ms(0, 1_500), fault });

  const how = restoreOf(seed, luck, steps);
  if (how) {
    const restart = how !== 'files' && luck.chance(0.5);
    steps.push({ phase: 'releasing', at: 0.2, fault: { kind: 'postgres-back-up', how } });
    steps.push({ phase: 'releasing', at: 0.6, fault: { kind: 'postgres-restore', how, restart } });
  }
  return {
    seed,
    queue,
    followers,
    perSecond: Math.ceil(followers / luck.times(15, 30)),
    receipts: {
      early: luck.pick([0, 0.2]),
      twice: luck.pick([0, 0.1]),
      tries: luck.pick([WECHAT_TRIES, PATIENT_TRIES]),
    },
    steps: steps.toSorted((a, b) => a.at - b.at),
    // Drawn last: what a seed meant before, it means still.
    reviews: { ...REVIEWED, share: luck.pick([0, 0.1, 0.25]) },
  };
}

/** What goes wrong while nothing is sent. */
function quietFaults(phase: PhaseName, queue: QueueName, luck: Luck): Fault[] {
  const kill = (role: Role): Fault => ({ kind: 'kill', role, downMs: luck.ms(0, 2_000) });
  const emptied: Fault[] = queue === 'redis' ? [{ kind: 'redis-empty' }] : [];
  // Whichever of them expands: what it has begun is for another to end.
  if (phase === 'half-expanded') return [...emptied, kill('worker-1'), kill('worker-2')];
  return emptied.length > 0 ? emptied : [kill(luck.pick(ROLES))];
}

/** A dump in every so many rounds, by turn; what else PostgreSQL is restored from, now and then. */
function restoreOf(seed: number, luck: Luck, steps: readonly Step[]): Restore | undefined {
  if (seed % DUMP_EVERY === 0) return 'dump';
  if (!luck.chance(0.15)) return undefined;
  // Files that are put back whole are told only by a process that saw what came after them, and lives.
  const allLive = !steps.some(({ fault: { kind } }) => kind === 'kill' || kind === 'kill-all');
  return allLive ? luck.pick(['files', 'new-timeline']) : 'new-timeline';
}

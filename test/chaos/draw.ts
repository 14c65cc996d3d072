import { Luck, turn } from './luck.js';
import { ANSWERS, type Draw, MISHAPS, OUTAGE, REDIS_MISHAPS } from './mishaps.js';
import { type Fault, type Plan, type QueueName, ROLES, type Step } from './plan.js';
import type { Restore } from './postgres-store.js';

const EXTRA_FAULTS = 5;
/** Shares no divisor with the turns of phases, answers and mishaps: it meets each of them. */
const DUMP_EVERY = 5;
const WECHAT_TRIES = 3;
export const PATIENT_TRIES = 30;

/** Where Redis is emptied besides: every phase in which a broadcast may lie. */
export const QUIET_PHASES = ['expanding', 'scheduled', 'canary', 'paused', 'quota'] as const;

/** A plan of everything that goes wrong in a round; the same seed is the same plan. */
export function drawPlan(seed: number, queue: QueueName): Plan {
  const luck = new Luck(seed);
  const followers = luck.times(300, 900);
  const mishaps = queue === 'redis' ? [...REDIS_MISHAPS, ...MISHAPS] : MISHAPS;
  const steps: Step[] = [];
  const releasing = (draw: Draw): void =>
    void steps.push({ phase: 'releasing', at: luck.share(), fault: draw(luck) });

  releasing(turn([OUTAGE, ...mishaps], seed));
  releasing(turn(ANSWERS, seed));
  for (let n = 0; n < EXTRA_FAULTS; n++)
    releasing(luck.chance(0.35) ? luck.pick(ANSWERS) : luck.pick(mishaps));

  for (const phase of new Set([turn(QUIET_PHASES, seed), luck.pick(QUIET_PHASES)])) {
    const fault: Fault =
      queue === 'redis'
        ? { kind: 'redis-empty' }
        : { kind: 'kill', role: luck.pick(ROLES), downMs: luck.ms(0, 2_000) };
    steps.push({ phase, at: luck.ms(0, 1_500), fault });
  }

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
  };
}

/** A dump in every so many rounds, by turn; what else PostgreSQL is restored from, now and then. */
function restoreOf(seed: number, luck: Luck, steps: readonly Step[]): Restore | undefined {
  if (seed % DUMP_EVERY === 0) return 'dump';
  if (!luck.chance(0.15)) return undefined;
  // Files that are put back whole are told only by a process that saw what came after them, and lives.
  const allLive = !steps.some(({ fault: { kind } }) => kind === 'kill' || kind === 'kill-all');
  return allLive ? luck.pick(['files', 'new-timeline']) : 'new-timeline';
}

import { SeededRandom } from '../../src/simulator/random.js';
import { type Fault, type Plan, type QueueName, ROLES, type Step } from './plan.js';

/** Longest that a store is away in one round, ms. */
const AWAY_MS = 60_000;
/** A claim's lease is 30 s. */
const BEYOND_LEASE_MS = 33_000;
const EXTRA_FAULTS = 5;
const WECHAT_TRIES = 3;
const PATIENT_TRIES = 30;

type Draw = (luck: Luck) => Fault;

/** Every kind of mishap, drawn in turn by the seed, so that a row of rounds leaves none out. */
const MISHAPS: readonly Draw[] = [
  ({ ms }) => ({ kind: 'kill', role: 'worker-1', downMs: ms(0, 3_000) }),
  ({ ms }) => ({ kind: 'freeze', role: 'worker-2', forMs: BEYOND_LEASE_MS + ms(0, 4_000) }),
  ({ ms }) => ({ kind: 'postgres-away', how: 'stop', downMs: ms(2_000, AWAY_MS) }),
  ({ ms }) => ({ kind: 'kill', role: 'callback', downMs: ms(0, 3_000) }),
  ({ times }) => ({ kind: 'connections-cut', of: 'commit', when: 'after', times: times(1, 6) }),
  ({ ms }) => ({ kind: 'kill-all', downMs: ms(0, 3_000) }),
  ({ times }) => ({ kind: 'connections-cut', of: 'statement', when: 'after', times: times(1, 12) }),
  ({ ms }) => ({ kind: 'postgres-away', how: 'kill', downMs: ms(0, 10_000) }),
  ({ times }) => ({ kind: 'connections-cut', of: 'commit', when: 'before', times: times(1, 6) }),
  ({ ms }) => ({ kind: 'kill', role: 'api', downMs: ms(0, 3_000) }),
  ({ ms }) => ({ kind: 'both-away', downMs: ms(1_000, 8_000) }),
  ({ times }) => ({
    kind: 'connections-cut',
    of: 'statement',
    when: 'before',
    times: times(1, 12),
  }),
  () => ({ kind: 'connections-ended' }),
];

const REDIS_MISHAPS: readonly Draw[] = [
  () => ({ kind: 'redis-empty' }),
  ({ ms }) => ({ kind: 'redis-kill', downMs: ms(0, 6_000) }),
  ({ ms, times }) => ({
    kind: 'redis-loses-writes',
    bytes: times(200, 60_000),
    downMs: ms(0, 3_000),
  }),
];

/** What WeChat and the network to it do wrong. */
const ANSWERS: readonly Draw[] = [
  ({ times, seed }) => ({
    kind: 'wechat',
    name: 'accepted, then the connection drops',
    rule: {
      when: { probability: 0.15, seed: seed(), times: times(5, 40) },
      fault: { kind: 'drop', accepted: true },
    },
  }),
  ({ times }) => ({
    kind: 'wechat',
    name: 'busy (-1) in bursts',
    rule: {
      when: { every: times(40, 80), length: times(5, 25), times: times(20, 80) },
      fault: { kind: 'errcode', errcode: -1 },
    },
  }),
  () => ({ kind: 'token-expires', errcode: 42001 }),
  ({ times, seed }) => ({
    kind: 'wechat',
    name: 'accepted, and yet busy (-1)',
    rule: {
      when: { probability: 0.15, seed: seed(), times: times(5, 40) },
      fault: { kind: 'errcode', errcode: -1, accepted: true },
    },
  }),
  ({ times }) => ({
    kind: 'wechat',
    name: 'accepted, answered after the time-out',
    rule: {
      when: { every: 9, times: times(3, 12) },
      fault: { kind: 'delay', ms: 9_000, accepted: true },
    },
  }),
  () => ({ kind: 'token-expires', errcode: 40001 }),
  ({ times, seed }) => ({
    kind: 'wechat',
    name: 'accepted, the answer cut in its middle',
    rule: {
      when: { probability: 0.15, seed: seed(), times: times(5, 30) },
      fault: { kind: 'cut', accepted: true },
    },
  }),
  ({ times, seed }) => ({
    kind: 'wechat',
    name: "accepted, and a gateway's page instead of the answer",
    rule: {
      when: { probability: 0.15, seed: seed(), times: times(5, 30) },
      fault: { kind: 'http', status: 502, body: '<html>Bad Gateway</html>', accepted: true },
    },
  }),
];

/** Where Redis is emptied besides: every phase in which a broadcast may lie. */
const QUIET_PHASES = ['expanding', 'scheduled', 'canary', 'paused', 'quota'] as const;

/** A plan of everything that goes wrong in a round; the same seed is the same plan. */
export function drawPlan(seed: number, queue: QueueName): Plan {
  const luck = new Luck(seed);
  const followers = luck.times(300, 900);
  const mishaps = queue === 'redis' ? [...REDIS_MISHAPS, ...MISHAPS] : MISHAPS;
  const steps: Step[] = [];
  const releasing = (draw: Draw): void =>
    void steps.push({ phase: 'releasing', at: luck.share(), fault: draw(luck) });

  releasing(turn(mishaps, seed));
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

  if (luck.chance(0.3)) {
    // Files that are put back whole are told only by a process that saw what came after them, and lives.
    const allLive = !steps.some(({ fault: { kind } }) => kind === 'kill' || kind === 'kill-all');
    const how = luck.pick(
      allLive ? (['files', 'new-timeline', 'dump'] as const) : (['new-timeline', 'dump'] as const),
    );
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

/** For CI: a kill of each role, both stores away, Redis emptied, dropped answers; as short as leases allow. */
export function drawShortPlan(seed: number, queue: QueueName): Plan {
  const luck = new Luck(seed);
  const releasing = (at: number, fault: Fault): Step => ({ phase: 'releasing', at, fault });
  const kill = (role: (typeof ROLES)[number]): Fault => ({
    kind: 'kill',
    role,
    downMs: luck.ms(0, 1_500),
  });
  const steps = [
    releasing(0.02, (ANSWERS[0] as Draw)(luck)),
    releasing(0.04, (ANSWERS[1] as Draw)(luck)),
    releasing(0.05, {
      kind: 'freeze',
      role: 'worker-2',
      forMs: BEYOND_LEASE_MS,
    }),
    releasing(0.1 + luck.share() / 10, kill('worker-1')),
    releasing(0.2 + luck.share() / 10, kill('api')),
    releasing(0.3 + luck.share() / 10, kill('callback')),
    releasing(0.5, { kind: 'token-expires', errcode: 42001 }),
    releasing(0.55, { kind: 'postgres-away', how: 'stop', downMs: luck.ms(3_000, 6_000) }),
    releasing(0.7, { kind: 'connections-cut', of: 'statement', when: 'after', times: 4 }),
    releasing(0.75, { kind: 'connections-cut', of: 'commit', when: 'after', times: 2 }),
    ...(queue === 'redis'
      ? [
          releasing(0.4, { kind: 'redis-empty' }),
          releasing(0.65, { kind: 'redis-kill', downMs: luck.ms(500, 2_000) }),
          { phase: 'expanding' as const, at: 200, fault: { kind: 'redis-empty' as const } },
        ]
      : []),
    { phase: 'paused' as const, at: 300, fault: kill('worker-1') },
  ];
  return {
    seed,
    queue,
    followers: 400,
    perSecond: 25,
    receipts: { early: 0.2, twice: 0.1, tries: PATIENT_TRIES },
    steps,
  };
}

class Luck {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  readonly ms = (from: number, to: number): number => Math.round(this.#random.between(from, to));
  readonly times = (from: number, to: number): number => this.ms(from, to);
  readonly seed = (): number => this.ms(1, 1_000_000);
  /** Of the audience; near the end there may be nothing left to disturb. */
  readonly share = (): number => Math.round(this.#random.between(0.02, 0.85) * 100) / 100;
  readonly chance = (share: number): boolean => this.#random.chance(share);
  readonly pick = <T>(from: readonly T[]): T => from[this.ms(0, from.length - 1)] as T;
}

const turn = <T>(from: readonly T[], seed: number): T => from[seed % from.length] as T;

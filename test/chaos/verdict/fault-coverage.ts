import type { InjectedFault } from '../faults/fault-injector.js';
import { type Fault, PHASE_NAMES, type QueueName, QUEUES, type StoreName } from '../plan/plan.js';

/** A kind of fault that must strike in a long run on a queue. */
interface RequiredKind {
  readonly name: string;
  readonly queues: readonly QueueName[];
  readonly matches: (fault: Fault, phase: InjectedFault['phase']) => boolean;
}

type StruckFault = Pick<InjectedFault, 'fault' | 'phase' | 'strikes'>;

/** The lease of a claim. */
const LEASE_MS = 30_000;
const OUTAGE_MS = 60_000;
/** A run of so many rounds on a queue must cover each kind. A shorter run only reports what it left out. */
export const LONG_RUN = 20;

const onBoth = (name: string, matches: RequiredKind['matches']): RequiredKind => ({
  name,
  queues: QUEUES,
  matches,
});
const onRedis = (name: string, matches: RequiredKind['matches']): RequiredKind => ({
  name,
  queues: ['redis'],
  matches,
});
const ofKind =
  (kind: Fault['kind']): RequiredKind['matches'] =>
  (fault) =>
    fault.kind === kind;
const kills = (role: RegExp): RequiredKind['matches'] => {
  return (fault) => fault.kind === 'kill' && role.test(fault.role);
};
const isSilent = (store: StoreName, role: RegExp): RequiredKind['matches'] => {
  return (fault) => fault.kind === 'silence' && fault.of === store && role.test(fault.to);
};
const cuts = (when: 'before' | 'after'): RequiredKind['matches'] => {
  return (fault) =>
    fault.kind === 'connections-cut' && fault.of === 'commit' && fault.when === when;
};
const answers = (name: string): RequiredKind['matches'] => {
  return (fault) => fault.kind === 'wechat' && fault.name === name;
};

/** The kinds that the failure proofs promise. */
const REQUIRED_KINDS: readonly RequiredKind[] = [
  onBoth('api killed', kills(/^api$/)),
  onBoth('callback killed', kills(/^callback$/)),
  onBoth('worker killed', kills(/^worker/)),
  onBoth(
    'worker killed between two pages of the expansion',
    (fault, phase) => phase === 'half-expanded' && kills(/^worker/)(fault, phase),
  ),
  onBoth(
    'worker frozen past its lease',
    (fault) => fault.kind === 'freeze' && fault.role.startsWith('worker') && fault.forMs > LEASE_MS,
  ),
  onBoth('worker frozen beside others', ofKind('freeze-beside')),
  onBoth('PostgreSQL silent to a worker', isSilent('postgres', /^worker/)),
  onBoth('PostgreSQL silent to the api', isSilent('postgres', /^api$/)),
  onBoth('PostgreSQL silent to the callback', isSilent('postgres', /^callback$/)),
  onRedis('Redis silent to a worker', isSilent('redis', /^worker/)),
  onRedis('Redis silent to the callback', isSilent('redis', /^callback$/)),
  onRedis('Redis killed', ofKind('redis-kill')),
  onRedis('Redis loses its last writes', ofKind('redis-loses-writes')),
  ...PHASE_NAMES.map((name) =>
    onRedis(
      `Redis emptied while ${name}`,
      ({ kind }, phase) => kind === 'redis-empty' && phase === name,
    ),
  ),
  onBoth(
    'PostgreSQL stopped for 60 s',
    (fault) => fault.kind === 'postgres-away' && fault.how === 'stop' && fault.downMs >= OUTAGE_MS,
  ),
  onRedis('Redis and PostgreSQL restarted', ofKind('both-away')),
  onBoth(
    'PostgreSQL restored from a dump',
    (fault) => fault.kind === 'postgres-restore' && fault.how === 'dump',
  ),
  onBoth('cut before COMMIT', cuts('before')),
  onBoth('cut after COMMIT', cuts('after')),
  onBoth('dropped after accepting', answers('accepted, then the connection drops')),
  onBoth('-1 in bursts', answers('busy (-1) in bursts')),
  onBoth('-1 after accepting', answers('accepted, and yet busy (-1)')),
  onBoth('token expired', ofKind('token-expires')),
];

/** The kinds that the faults of a round covered. A fault that never struck covers nothing. */
export const coveredKinds = (queue: QueueName, faults: readonly StruckFault[]): string[] =>
  REQUIRED_KINDS.filter(
    ({ queues, matches }) =>
      queues.includes(queue) &&
      faults.some(({ fault, phase, strikes }) => strikes > 0 && matches(fault, phase)),
  ).map(({ name }) => name);

/** The kinds that no round of a queue covered. */
export function uncoveredKinds(
  queue: QueueName,
  rounds: readonly { readonly queue: string; readonly met: readonly string[] }[],
): string[] {
  const met = new Set(rounds.flatMap((round) => (round.queue === queue ? round.met : [])));
  return REQUIRED_KINDS.filter(({ name, queues }) => queues.includes(queue) && !met.has(name)).map(
    ({ name }) => name,
  );
}

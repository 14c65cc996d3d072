import type { InjectedFault } from '../faults/fault-injector.js';
import { type Role, ROLES } from '../plan/plan.js';

/** A time, by `Date.now()`, in which something was not there. */
export interface Outage {
  readonly of: Role | 'redis' | 'postgres';
  readonly from: number;
  readonly until: number;
}

/** The longest wait for an answer: of the queues on Redis; and to connect again. */
const SILENCE_BOUND_MS = 20_000;

/**
 * What was away, and when, by the faults that were brought about and the moments at which connections to PostgreSQL
 * were cut. A process that was killed is away until it is started again; how long it takes to serve is its own affair.
 */
export function outagesOf(
  faults: readonly Pick<InjectedFault, 'fault' | 'from' | 'until'>[],
  cutsAt: readonly number[],
): Outage[] {
  return [
    ...faults.flatMap(outagesOfFault),
    ...cutsAt.map((at) => ({ of: 'postgres', from: at, until: at }) as const),
  ];
}

function outagesOfFault({
  fault,
  from,
  until,
}: Pick<InjectedFault, 'fault' | 'from' | 'until'>): Outage[] {
  switch (fault.kind) {
    case 'kill':
      return [{ of: fault.role, from, until: until + fault.downMs }];
    case 'kill-all':
      return ROLES.map((of) => ({ of, from, until: until + fault.downMs }));
    case 'freeze':
    case 'freeze-beside':
      return [{ of: fault.role, from, until }];
    case 'silence': {
      // To that role alone; whoever waits for an answer finds out within its bound.
      const over = until + SILENCE_BOUND_MS;
      return [
        { of: fault.to, from, until: over },
        { of: fault.of, from, until: over },
      ];
    }
    case 'redis-kill':
    case 'redis-loses-writes':
      return [{ of: 'redis', from, until }];
    case 'postgres-back-up':
      // A dump is taken beside everybody else's work.
      return fault.how === 'dump' ? [] : [{ of: 'postgres', from, until }];
    case 'postgres-away':
    case 'connections-ended':
      return [{ of: 'postgres', from, until }];
    case 'both-away':
      return [
        { of: 'redis', from, until },
        { of: 'postgres', from, until },
      ];
    case 'postgres-restore':
      return [
        { of: 'postgres', from, until },
        ...(fault.restart ? ROLES.map((of) => ({ of, from, until })) : []),
      ];
    case 'redis-empty':
    case 'connections-cut':
    case 'wechat':
    case 'token-expires':
      return [];
  }
}

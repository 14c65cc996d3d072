import type { InjectedFault } from '../faults/fault-injector.js';
import { type Role, ROLES } from '../plan/plan.js';

/** A time, by `Date.now()`, in which something was away. */
export interface Outage {
  readonly of: Role | 'redis' | 'postgres';
  readonly from: number;
  readonly until: number;
}

/** The longest wait for an answer of Redis, and for a new connection. */
const SILENCE_BOUND_MS = 20_000;

/**
 * What was away and when, from the injected faults and the times at which connections to PostgreSQL were cut.
 * A killed process is away until it starts again. Its time to serve is not an outage.
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
      // Only that role is cut off. It notices within the bound of its wait.
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
      // A dump runs beside all other work.
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

import { DomainError } from '../../kernel/domain-error.js';
import type { BroadcastState } from './states.js';

export type Verb = 'start' | 'pause' | 'resume' | 'cancel' | 'delete';

/** What an operator may do in which state. Doing again what is done already is allowed, and changes nothing. */
const ALLOWED: Readonly<Record<BroadcastState, readonly Verb[]>> = {
  draft: ['start', 'cancel', 'delete'],
  awaiting_approval: ['cancel'],
  scheduled: ['start', 'cancel'],
  running: ['pause', 'resume', 'cancel'],
  finished: [],
  cancelled: [],
};

export function transitionNotAllowed(
  state: BroadcastState,
  asked: string,
  details: Readonly<Record<string, unknown>> = {},
): DomainError {
  const allowed = ALLOWED[state];
  const instead = allowed.length > 0 ? `what it allows: ${allowed.join(', ')}` : 'it has ended';
  return new DomainError(
    'conflict',
    'transition_not_allowed',
    `a broadcast that is ${state} cannot ${asked}; ${instead}`,
    { details: { state, allowed, ...details } },
  );
}

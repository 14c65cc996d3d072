import type { Caller } from '../../access/caller.js';

/** Whoever gives rights: a caller, or the service's own command, which has the database itself. */
export type Giver = Caller | 'command';

import { AsyncLocalStorage } from 'node:async_hooks';

/** Who does what is done: a person, a key, or the service by itself. */
export interface Actor {
  readonly kind: 'operator' | 'key' | 'system';
  readonly id?: number;
  readonly name: string;
  readonly ip?: string;
  readonly requestId?: string;
}

const SYSTEM: Actor = { kind: 'system', name: 'system' };

const current = new AsyncLocalStorage<Actor>();

export const actingAs = <T>(actor: Actor, work: () => T): T => current.run(actor, work);

/** For what a request only happens to begin, such as a timer that all share: it is not the doing of that caller. */
export const actingAsSystem = <T>(work: () => T): T => current.run(SYSTEM, work);

/** The service itself, outside of requests. */
export const actorNow = (): Actor => current.getStore() ?? SYSTEM;

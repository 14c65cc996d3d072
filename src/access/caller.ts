import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyRequest } from 'fastify';
import { type Permission, type Role, roleHas } from './permissions.js';

/** A role on some accounts, or with `appids: null` on all of them, those to come included. */
export interface Grant {
  readonly appids: readonly string[] | null;
  readonly role: Role;
}

/** Who sent a request: an operator, or the holder of an API key; by a session or directly. */
export interface Caller {
  readonly kind: 'operator' | 'key';
  readonly id: number;
  readonly name: string;
  readonly grants: readonly Grant[];
  /** The session of a browser, if it was one; `id` is no secret. */
  readonly viaSession?: {
    readonly id: string;
    /** It was opened with a one-time password, which is to be changed first. */
    readonly mustChangePassword?: boolean;
  };
}

const callers = new WeakMap<object, Caller>();
const current = new AsyncLocalStorage<Caller>();

export const setCaller = (request: FastifyRequest, caller: Caller): void => {
  callers.set(request.raw, caller);
};

/** Undefined only on public routes. */
export const callerOf = (request: FastifyRequest): Caller | undefined => callers.get(request.raw);

export const callingAs = <T>(caller: Caller, work: () => T): T => current.run(caller, work);

/** Who the present request is from; undefined on public routes and for what the service does by itself. */
export const callerNow = (): Caller | undefined => current.getStore();

/** On this account, or without one on any. */
export const may = (caller: Caller, permission: Permission, appid?: string): boolean =>
  permission === 'self' ||
  caller.grants.some(
    ({ appids, role }) =>
      roleHas(role, permission) &&
      (appid === undefined ? appids === null || appids.length > 0 : covers(appids, appid)),
  );

/** On all accounts, those to come included. */
export const mayEverywhere = (caller: Caller, permission: Permission): boolean =>
  permission === 'self' ||
  caller.grants.some(({ appids, role }) => appids === null && roleHas(role, permission));

/** The accounts on which a caller has a permission; `all` is a word of its own, so that none is never taken for it. */
export function appidsFor(caller: Caller, permission: Permission): 'all' | readonly string[] {
  if (mayEverywhere(caller, permission)) return 'all';
  const held = caller.grants.filter(({ role }) => roleHas(role, permission));
  return [...new Set(held.flatMap(({ appids }) => appids ?? []))].sort();
}

/** Whether the caller may know that there is such an account: by any role at all. */
export const sees = (caller: Caller, appid: string): boolean =>
  caller.grants.some(({ appids }) => covers(appids, appid));

const covers = (appids: Grant['appids'], appid: string): boolean =>
  appids === null || appids.includes(appid);

import type { FastifyRequest } from 'fastify';
import type { Role } from './role.decorator.js';

/** Who sent a request: the holder of an API key, directly or through a session that was opened with it. */
export interface Caller {
  readonly apiKeyId: number;
  readonly name: string;
  readonly role: Role;
}

const callers = new WeakMap<object, Caller>();

export const setCaller = (request: FastifyRequest, caller: Caller): void => {
  callers.set(request.raw, caller);
};

/** Undefined only on public routes. */
export const callerOf = (request: FastifyRequest): Caller | undefined => callers.get(request.raw);

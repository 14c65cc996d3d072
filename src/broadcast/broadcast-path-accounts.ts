import { Injectable, type OnModuleInit } from '@nestjs/common';
import { isUuid } from '../http/id-cursor.js';
import { PathAccounts, type PathSource } from '../http/path-accounts.js';
import { BroadcastOwners } from './broadcast-owners.js';
import { broadcastNotFound, messageNotFound } from './engine/record/not-found.js';

/** A single message is a broadcast too, and has its id. */
const BY_BROADCAST = /^\/v1\/(broadcasts|messages)\/:id(\/|$)/;

/** Tells which account a path with a broadcast's id belongs to. */
@Injectable()
export class BroadcastPathAccounts implements OnModuleInit, PathSource {
  readonly #paths: PathAccounts;
  readonly #owners: BroadcastOwners;

  constructor(paths: PathAccounts, owners: BroadcastOwners) {
    this.#paths = paths;
    this.#owners = owners;
  }

  onModuleInit(): void {
    this.#paths.learnFrom(this);
  }

  matches(pattern: string): boolean {
    return BY_BROADCAST.test(pattern);
  }

  async appidOf(params: unknown): Promise<string | undefined> {
    const id = idIn(params);
    return isUuid(id) ? await this.#owners.appidOf(id.toLowerCase()) : undefined;
  }

  absent(pattern: string, params: unknown): Error {
    // As the route writes it: an id of another form is cut short, as it may be anything.
    const id = idIn(params);
    const told = isUuid(id) ? id.toLowerCase() : id.slice(0, 64);
    return pattern.startsWith('/v1/messages/') ? messageNotFound(told) : broadcastNotFound(told);
  }
}

const idIn = (params: unknown): string => {
  const { id } = (params ?? {}) as { id?: unknown };
  return typeof id === 'string' ? id : '';
};

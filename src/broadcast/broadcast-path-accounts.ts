import { Injectable } from '@nestjs/common';
import { PathAccounts } from '../http/path-accounts.js';
import { UuidPaths } from '../http/uuid-paths.js';
import { BroadcastOwners } from './broadcast-owners.js';
import { broadcastNotFound, messageNotFound } from './engine/record/not-found.js';

/** Tells which account a path with a broadcast's id belongs to. A single message is a broadcast too, and has its id. */
@Injectable()
export class BroadcastPathAccounts extends UuidPaths {
  protected readonly pattern = /^\/v1\/(broadcasts|messages)\/:id(\/|$)/;
  readonly #owners: BroadcastOwners;

  constructor(paths: PathAccounts, owners: BroadcastOwners) {
    super(paths);
    this.#owners = owners;
  }

  protected ownerOf(id: string): Promise<string | undefined> {
    return this.#owners.appidOf(id);
  }

  protected notFound(id: string, pattern: string): Error {
    return pattern.startsWith('/v1/messages/') ? messageNotFound(id) : broadcastNotFound(id);
  }
}

import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { FollowersService } from '../followers/followers.service.js';
import { FollowerSync } from '../followers/sync/follower-sync.js';

/** Starts the walk of the followers where there was none; a walk takes its own time. */
@Injectable()
export class FirstWalk {
  readonly #followers: FollowersService;
  readonly #syncs: FollowerSync;

  constructor(followers: FollowersService, syncs: FollowerSync) {
    this.#followers = followers;
    this.#syncs = syncs;
  }

  async read(account: Account): Promise<void> {
    if (account.kind !== 'service' || (await this.#followers.hasSynced(account.id))) return;
    await this.#syncs.start(account);
  }
}

import { Injectable } from '@nestjs/common';
import { FollowersService } from '../../followers/followers.service.js';
import type { AudienceOf } from '../engine/expand/audience-query.js';
import { BroadcastRepository } from './broadcast.repository.js';

/** An audience, and whether its deliveries are on record already. */
export interface AskedAudience extends AudienceOf {
  readonly expandedAt: Date | null;
}

/** How many a broadcast goes to, as far as that is known before it sends. */
@Injectable()
export class KnownRecipients {
  readonly #followers: FollowersService;
  readonly #broadcasts: BroadcastRepository;

  constructor(followers: FollowersService, broadcasts: BroadcastRepository) {
    this.#followers = followers;
    this.#broadcasts = broadcasts;
  }

  /** Of all followers, those that the last complete walk of WeChat's list saw: counting millions takes a second. */
  async of(asked: AskedAudience): Promise<number> {
    const { id, accountId, audience, expandedAt } = asked;
    if (expandedAt !== null) return this.#broadcasts.frozenCount(id);
    if (audience.kind === 'openids') return audience.count;
    const followers = audience.kind === 'all' ? await this.#followers.count(accountId) : undefined;
    return followers ?? (await this.#broadcasts.countIn(asked));
  }
}

import { Injectable } from '@nestjs/common';
import { FollowersService } from '../../followers/followers.service.js';
import type { AudienceOf } from '../engine/expand/audience-query.js';
import { BroadcastRepository } from './broadcast.repository.js';

/** An audience, and whether its deliveries are on record already. */
export interface AskedAudience extends AudienceOf {
  readonly expandedAt: Date | null;
}

/** Why people of an audience get nothing, and how many: `suppressed`, `unsubscribed`. */
interface LeftOut {
  readonly reason: string;
  readonly count: number;
}

/** Whom a broadcast goes to. Together they are its whole audience. */
interface Reach {
  readonly recipients: number;
  /** Undefined where nobody has counted them: they are among the recipients then. */
  readonly leftOut?: readonly LeftOut[];
}

/** So many people are looked at one by one while somebody waits for the answer. */
const LOOKED_AT = 50_000;

/** How many a broadcast goes to, as far as that is known before it sends. */
@Injectable()
export class KnownRecipients {
  readonly #followers: FollowersService;
  readonly #broadcasts: BroadcastRepository;

  constructor(followers: FollowersService, broadcasts: BroadcastRepository) {
    this.#followers = followers;
    this.#broadcasts = broadcasts;
  }

  /** Of very many followers, those that the last complete walk of WeChat's list saw: counting millions takes a second. */
  async of(asked: AskedAudience): Promise<Reach> {
    const { id, accountId, audience, expandedAt } = asked;
    if (expandedAt !== null) return { recipients: await this.#broadcasts.frozenCount(id) };
    const known =
      audience.kind === 'openids'
        ? audience.count
        : audience.kind === 'all'
          ? await this.#followers.count(accountId)
          : undefined;
    const looked =
      known !== undefined && known > LOOKED_AT
        ? undefined
        : await this.#broadcasts.reachIn(asked, LOOKED_AT);
    if (looked === undefined)
      return { recipients: known ?? (await this.#broadcasts.countIn(asked)) };
    const leftOut = new Map(looked);
    leftOut.delete(null);
    if (audience.kind === 'all')
      // They are no followers any more, and in no audience: whoever knows the number of the walk misses them.
      leftOut.set('unsubscribed', await this.#followers.leftSinceWalk(accountId));
    return {
      recipients: looked.get(null) ?? 0,
      leftOut: [...leftOut].flatMap(([reason, count]) =>
        reason === null || count === 0 ? [] : [{ reason, count }],
      ),
    };
  }
}

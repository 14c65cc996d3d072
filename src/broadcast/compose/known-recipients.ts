import { Injectable } from '@nestjs/common';
import { FollowersService } from '../../followers/followers.service.js';
import type { AudienceOf } from '../../audiences/record/resolved-audience.js';
import { BroadcastRepository } from './broadcast.repository.js';

/** An audience, and whether its deliveries are on record already. */
export interface AskedAudience extends AudienceOf {
  readonly id: string;
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

  /** Of all followers, those that the last complete walk of WeChat's list saw: counting millions takes a second. */
  async of(asked: AskedAudience): Promise<number> {
    const { id, expandedAt } = asked;
    if (expandedAt !== null) return this.#broadcasts.frozenCount(id);
    return (await this.#known(asked)) ?? (await this.#broadcasts.countIn(asked));
  }

  /** The same of a broadcast on record, without whoever is spared, as far as there are not too many to look at. */
  async reach(asked: AskedAudience): Promise<Reach> {
    const { accountId, audience, expandedAt } = asked;
    const known = expandedAt === null ? await this.#known(asked) : undefined;
    const isLookedAt = expandedAt === null && (known ?? 0) <= LOOKED_AT;
    const looked = isLookedAt ? await this.#broadcasts.reachIn(asked, LOOKED_AT) : undefined;
    if (looked === undefined) return { recipients: known ?? (await this.of(asked)) };
    const leftOut = new Map(looked);
    leftOut.delete(null);
    if (audience.kind === 'all' && audience.exclude === undefined)
      // They are no followers any more, and in no audience: whoever knows the number of the walk misses them.
      leftOut.set('unsubscribed', await this.#followers.leftSinceWalk(accountId));
    return {
      recipients: looked.get(null) ?? 0,
      leftOut: [...leftOut].flatMap(([reason, count]) =>
        reason === null || count === 0 ? [] : [{ reason, count }],
      ),
    };
  }

  /** What is known without counting. */
  async #known({ accountId, audience }: AskedAudience): Promise<number | undefined> {
    // Whoever is left out of a list is counted with it until somebody looks at them one by one.
    if (audience.kind === 'openids') return audience.count;
    if (audience.exclude !== undefined) return undefined;
    return audience.kind === 'all' ? await this.#followers.count(accountId) : undefined;
  }
}

import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { page, type Page } from '../http/cursor.js';
import { HotSql } from '../database/hot-sql.js';
import { OPENID_PATTERN, type Openid } from '../kernel/ids.js';
import { FOLLOWING_AMONG } from './record/follower.statements.js';
import type { FollowerTables } from './record/follower.tables.js';

/** Somebody who follows an account, or once did. */
export interface Follower {
  readonly openid: Openid;
  readonly subscribed: boolean;
  /** The time for which `subscribed` holds: of an event, or shortly before the walk that saw the follower. */
  readonly asOf: Date;
}

/** What we know of an account's followers. */
@Injectable()
export class FollowersService {
  readonly #db: Kysely<FollowerTables>;
  readonly #hot: HotSql;

  constructor(db: Kysely<FollowerTables>, hot: HotSql) {
    this.#db = db;
    this.#hot = hot;
  }

  async findFollower(accountId: number, openid: Openid): Promise<Follower | undefined> {
    if (!OPENID_PATTERN.test(openid)) return undefined;
    return this.#db
      .selectFrom('follower')
      .select(['openid', 'subscribed', 'asOf'])
      .where('accountId', '=', accountId)
      .where('openid', '=', openid)
      .executeTakeFirst();
  }

  async list(
    accountId: number,
    filter: { after?: Openid; limit: number; subscribed?: boolean },
  ): Promise<Page<Follower>> {
    const { after, limit, subscribed } = filter;
    const rows = await this.#db
      .selectFrom('follower')
      .select(['openid', 'subscribed', 'asOf'])
      .where('accountId', '=', accountId)
      .where('openid', '>', after ?? '')
      .$if(subscribed !== undefined, (query) => query.where('subscribed', '=', subscribed === true))
      .orderBy('openid')
      .limit(limit + 1)
      .execute();
    return page(rows, limit, ({ openid }) => openid);
  }

  /** Who of these follows the account now; a few thousand at once. */
  async followingAmong(accountId: number, openids: readonly Openid[]): Promise<Set<Openid>> {
    const rows = await this.#hot.query<{ openid: Openid }>(FOLLOWING_AMONG, [accountId, openids]);
    return new Set(rows.map(({ openid }) => openid));
  }

  /** Whether a walk of the list was ever completed; before that, we do not know "all followers". */
  async hasSynced(accountId: number): Promise<boolean> {
    return (await this.#confirmed(accountId)) !== undefined;
  }

  /** How many followers the last complete walk saw, without later events; undefined before the first walk. */
  async count(accountId: number): Promise<number | undefined> {
    return (await this.#confirmed(accountId))?.confirmedTotal ?? undefined;
  }

  /** How many have left since the last complete walk. */
  async leftSinceWalk(accountId: number): Promise<number> {
    const { count } = await this.#db
      .selectFrom('follower')
      .innerJoin('followerSync', 'followerSync.accountId', 'follower.accountId')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .where('follower.accountId', '=', accountId)
      .where('follower.subscribed', '=', false)
      .whereRef('follower.asOf', '>', 'followerSync.confirmedAsOf')
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  #confirmed(accountId: number): Promise<{ confirmedTotal: number | null } | undefined> {
    return this.#db
      .selectFrom('followerSync')
      .select('confirmedTotal')
      .where('accountId', '=', accountId)
      .where('confirmedAsOf', 'is not', null)
      .executeTakeFirst();
  }
}

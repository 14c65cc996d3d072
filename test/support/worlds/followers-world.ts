import { getQueueToken } from '@nestjs/bullmq';
import type { TestingModule } from '@nestjs/testing';
import { sql, type Kysely } from 'kysely';
import pg from 'pg';
import type { Account } from '../../../src/accounts/account.js';
import type { AccountsService } from '../../../src/accounts/accounts.service.js';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';
import { HOT_OPTIONS, HotSql } from '../../../src/database/hot-sql.js';
import { type FollowerEvent, FollowerEvents } from '../../../src/followers/follower-events.js';
import { OutdatedSuppressions } from '../../../src/followers/suppressions/outdated-suppressions.js';
import { FollowerSyncRepository } from '../../../src/followers/sync/follower-sync.repository.js';
import { FollowerSync } from '../../../src/followers/sync/follower-sync.js';
import { Patience } from '../../../src/followers/walk/patience.js';
import type { WalkJob } from '../../../src/followers/walk/walk-starts.js';
import { FollowerWalk } from '../../../src/followers/sync/follower-walk.js';
import type { FollowerTables } from '../../../src/followers/record/follower.tables.js';
import { FollowersService } from '../../../src/followers/followers.service.js';
import type { WechatApi } from '../../../src/token/wechat-api.js';
import { WORK_QUEUE } from '../../../src/queue/queue-names.js';
import { createTestDatabase, type TestDatabase } from '../stores/database.js';
import { testConfig } from './test-config.js';
import { wireClasses } from './wired.js';

/** The followers of one account on a database of their own, without queue, HTTP or token. */
export class FollowersWorld {
  readonly syncs: FollowerSyncRepository;
  readonly events: FollowerEvents;
  readonly followers: FollowersService;
  readonly sync: FollowerSync;
  readonly #database: TestDatabase;

  private constructor(
    database: TestDatabase,
    readonly pool: pg.Pool,
    readonly db: Kysely<FollowerTables>,
    readonly account: Account,
    /** The jobs that were added. */
    readonly jobs: WalkJob[],
    parts: TestingModule,
  ) {
    this.#database = database;
    this.syncs = parts.get(FollowerSyncRepository);
    this.events = parts.get(FollowerEvents);
    this.followers = parts.get(FollowersService);
    this.sync = parts.get(FollowerSync);
  }

  static async open(): Promise<FollowersWorld> {
    const database = await createTestDatabase();
    const poolWith = (options: string): pg.Pool =>
      // Dropping the database ends connections that are still closing.
      new pg.Pool({ connectionString: database.url, max: 5, options }).on('error', () => {});
    const db = kyselyOn<FollowerTables>(poolWith(clockOption(0)));
    const pool = poolWith(`${clockOption(0)} ${HOT_OPTIONS}`);
    const account = await addAccount(db, 'wx0000000000000001');
    const jobs: WalkJob[] = [];
    const add = (_name: string, data: WalkJob) => Promise.resolve(jobs.push(data));
    const parts = await wireClasses(testConfig({}), { db, hot: new HotSql(pool) }, [
      { provide: getQueueToken(WORK_QUEUE), useValue: { add } },
      FollowersService,
      OutdatedSuppressions,
      FollowerEvents,
      FollowerSyncRepository,
      FollowerSync,
    ]);
    return new FollowersWorld(database, pool, db, account, jobs, parts);
  }

  async close(): Promise<void> {
    await this.db.destroy();
    await this.pool.end();
    await this.#database.drop();
  }

  /** A worker's walk of this list; its pauses are of no length. By hand, as each walk has a WeChat of its own. */
  walkOf(list: Pick<WechatApi, 'call'>, tries = 3): FollowerWalk {
    const accounts = {
      byId: (id: number) => Promise.resolve(id === this.account.id ? this.account : undefined),
    };
    const patience = new Patience({ ms: Array.from({ length: tries - 1 }, () => 0) });
    return new FollowerWalk(
      this.syncs,
      accounts as unknown as AccountsService,
      list as WechatApi,
      patience,
    );
  }

  /** One whole sync with one worker. */
  async syncFrom(list: Pick<WechatApi, 'call'>): Promise<void> {
    await this.sync.start(this.account);
    await this.walkOf(list).run(this.account.id, new AbortController().signal);
  }

  async pushed(kind: FollowerEvent['kind'], openid: string, at: Date): Promise<void> {
    await this.events.apply([{ accountId: this.account.id, openid, kind, at }]);
  }

  async row() {
    return this.db
      .selectFrom('followerSync')
      .selectAll()
      .where('accountId', '=', this.account.id)
      .executeTakeFirstOrThrow();
  }

  /** Openids in order, those who left with a minus before them. */
  async known(accountId = this.account.id): Promise<string[]> {
    const rows = await this.db
      .selectFrom('follower')
      .select(['openid', 'subscribed'])
      .where('accountId', '=', accountId)
      .orderBy('openid')
      .execute();
    return rows.map(({ openid, subscribed }) => (subscribed ? openid : `-${openid}`));
  }
}

export async function addAccount(db: Kysely<FollowerTables>, appid: string): Promise<Account> {
  const { rows } = await sql<Account>`
    insert into account (appid, kind, name, callback_mode, token_mode, sealed_secret, sealed_callback_token)
    values (${appid}, 'service', 'test', 'plain', 'stable', 'x', 'x')
    returning *`.execute(db);
  return rows[0] as Account;
}

/** A moment this many seconds from now, whole as WeChat's are. */
export const secondsFromNow = (seconds: number): Date =>
  new Date(Math.floor(Date.now() / 1000 + seconds) * 1000);

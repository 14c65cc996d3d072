import { getQueueToken } from '@nestjs/bullmq';
import type { TestingModule } from '@nestjs/testing';
import { sql, type Kysely } from 'kysely';
import pg from 'pg';
import type { Account } from '../../../src/accounts/account.js';
import type { AccountsService } from '../../../src/accounts/accounts.service.js';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';
import { HOT_OPTIONS, HotSql } from '../../../src/database/hot-sql.js';
import type { FollowerTables } from '../../../src/followers/record/follower.tables.js';
import { GoneTags } from '../../../src/followers/tags/gone-tags.js';
import { TagSyncRepository } from '../../../src/followers/tags/tag-sync.repository.js';
import { TagSync } from '../../../src/followers/tags/tag-sync.js';
import { TagWalk } from '../../../src/followers/tags/tag-walk.js';
import type { TagTables } from '../../../src/followers/tags/tag.tables.js';
import { TaggingWork } from '../../../src/followers/tags/tagging.job.js';
import { TaggingRepository } from '../../../src/followers/tags/tagging.repository.js';
import { Taggings } from '../../../src/followers/tags/taggings.js';
import { Patience } from '../../../src/followers/walk/patience.js';
import { Tags } from '../../../src/followers/tags/tags.service.js';
import { Clock } from '../../../src/kernel/clock.js';
import { WorkJobs } from '../../../src/queue/work-jobs.js';
import { WORK_QUEUE } from '../../../src/queue/queue-names.js';
import { WechatApi } from '../../../src/token/wechat-api.js';
import { createTestDatabase, type TestDatabase } from '../stores/database.js';
import { addAccount } from './followers-world.js';
import { testConfig } from './test-config.js';
import { wireClasses } from './wired.js';

export type Calls = Pick<WechatApi, 'call'>;

/** The tags of one account on a database of their own, without queue, HTTP or token. */
export class TagsWorld {
  readonly syncs: TagSyncRepository;
  readonly sync: TagSync;
  readonly tags: Tags;
  readonly taggings: Taggings;
  readonly repository: TaggingRepository;
  readonly gone: GoneTags;
  readonly #database: TestDatabase;

  private constructor(
    database: TestDatabase,
    readonly pool: pg.Pool,
    readonly db: Kysely<TagTables>,
    readonly account: Account,
    /** The names of the jobs that were added. */
    readonly jobs: string[],
    parts: TestingModule,
  ) {
    this.#database = database;
    this.syncs = parts.get(TagSyncRepository);
    this.sync = parts.get(TagSync);
    this.tags = parts.get(Tags);
    this.repository = parts.get(TaggingRepository);
    this.taggings = parts.get(Taggings);
    this.gone = parts.get(GoneTags);
  }

  static async open(): Promise<TagsWorld> {
    const database = await createTestDatabase();
    const poolWith = (options: string): pg.Pool =>
      // Dropping the database ends connections that are still closing.
      new pg.Pool({ connectionString: database.url, max: 5, options }).on('error', () => {});
    const db = kyselyOn<TagTables>(poolWith(clockOption(0)));
    const pool = poolWith(`${clockOption(0)} ${HOT_OPTIONS}`);
    const account = await addAccount(db as unknown as Kysely<FollowerTables>, 'wx0000000000000001');
    const jobs: string[] = [];
    const add = (name: string) => Promise.resolve(jobs.push(name));
    const parts = await wireClasses(testConfig({}), { db, hot: new HotSql(pool) }, [
      { provide: getQueueToken(WORK_QUEUE), useValue: { add } },
      { provide: WechatApi, useValue: { call: () => Promise.reject(new Error('not here')) } },
      Tags,
      TagSyncRepository,
      TagSync,
      { provide: Clock, useFactory: () => new Clock() },
      TaggingRepository,
      Taggings,
      GoneTags,
    ]);
    return new TagsWorld(database, pool, db, account, jobs, parts);
  }

  async close(): Promise<void> {
    await this.db.destroy();
    await this.pool.end();
    await this.#database.drop();
  }

  get accounts(): AccountsService {
    const byId = (id: number) => Promise.resolve(id === this.account.id ? this.account : undefined);
    return { byId } as unknown as AccountsService;
  }

  /** A worker's walk at this WeChat; its pauses are of no length. */
  walkOf(wechat: Calls, tries = 3): TagWalk {
    const ms = Array.from({ length: tries - 1 }, () => 0);
    return new TagWalk(this.syncs, this.accounts, wechat as WechatApi, new Patience({ ms }));
  }

  /** A worker on lists of people to tag. */
  taggingAt(wechat: Calls, tries = 3): TaggingWork {
    const ms = Array.from({ length: tries - 1 }, () => 0);
    return new TaggingWork(
      new WorkJobs(),
      this.repository,
      this.accounts,
      wechat as WechatApi,
      new Patience({ ms }),
    );
  }

  /** One whole sync with one worker. */
  async syncFrom(wechat: Calls): Promise<void> {
    await this.sync.start(this.account);
    await this.walkOf(wechat).run(this.account.id, new AbortController().signal);
  }

  async row() {
    return this.db
      .selectFrom('tagSync')
      .selectAll()
      .where('accountId', '=', this.account.id)
      .executeTakeFirstOrThrow();
  }

  /** Runs a worker that dies after one transaction. */
  async oneStep(walk: TagWalk): Promise<void> {
    const before = JSON.stringify(await this.row());
    const signal = { aborted: false };
    const find = this.syncs.findSync.bind(this.syncs);
    let looked = 0;
    this.syncs.findSync = (id) => {
      if (++looked === 1) return find(id);
      signal.aborted = true;
      return Promise.resolve(undefined);
    };
    try {
      await walk.run(this.account.id, signal as AbortSignal);
    } finally {
      this.syncs.findSync = find;
    }
    if (JSON.stringify(await this.row()) === before) throw new Error('the worker did nothing');
  }

  async stopAt(walk: TagWalk, step: string): Promise<void> {
    while ((await this.row()).step !== step) await this.oneStep(walk);
  }

  /** By tag, who has it. */
  async known(accountId = this.account.id): Promise<Record<number, string[]>> {
    const { rows } = await sql<{ tagId: number; openids: string[] }>`
      select tag_id, array_remove(array_agg(openid order by openid), null) as openids
      from tag left join follower_tag using (account_id, tag_id)
      where account_id = ${accountId} and gone_at is null group by tag_id`.execute(this.db);
    return Object.fromEntries(rows.map(({ tagId, openids }) => [tagId, openids]));
  }

  /** How many pages and lots of walks are left. */
  async leftovers(): Promise<number> {
    const { rows } = await sql<{ left: number }>`
      select ((select count(*) from tag_walk_page) + (select count(*) from tag_parting))::int as left`.execute(
      this.db,
    );
    return rows[0]!.left;
  }
}

import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql } from 'kysely';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { HotSql } from '../../database/hot-sql.js';
import type { FollowerPage } from './follower-page.js';
import { noteWhoIsGone, PART_WITH_LOT, STORE_PAGE } from '../record/follower.statements.js';
import type { FollowerSyncTable, FollowerTables } from '../record/follower.tables.js';
import { analyzeAfter, comparison } from '../walk/long-steps.js';
import { type Walk, WalkLease } from '../walk/walk-lease.js';

export type FollowerSyncRow = Selectable<FollowerSyncTable>;

/** A sync, and whether anybody is on it. */
export interface FollowerSyncState extends FollowerSyncRow {
  /** It runs, and no worker has taken it for ten seconds, or is on it any more. */
  readonly untaken: boolean;
}

/** Statements on `follower_sync`. Each checks the walk in the row, so of two workers on one walk one does each step. */
@Injectable()
export class FollowerSyncRepository extends WalkLease {
  readonly #db: Kysely<FollowerTables>;
  readonly #hot: HotSql;

  constructor(db: Kysely<FollowerTables>, hot: HotSql) {
    super(db, {
      sync: 'follower_sync',
      pages: 'follower_walk_page',
      partings: 'follower_parting',
    });
    this.#db = db;
    this.#hot = hot;
  }

  findSync(accountId: number): Promise<FollowerSyncState | undefined> {
    return this.#db
      .selectFrom('followerSync')
      .selectAll()
      .select(UNTAKEN)
      .where('accountId', '=', accountId)
      .executeTakeFirst();
  }

  findAll(accountIds: readonly number[]): Promise<FollowerSyncRow[]> {
    return this.#db
      .selectFrom('followerSync')
      .selectAll()
      .where('accountId', '=', sql<number>`any(${accountIds}::integer[])`)
      .execute();
  }

  /** Begins a walk; undefined when one is running. */
  begin(accountId: number): Promise<FollowerSyncState | undefined> {
    const afresh = {
      state: 'running',
      step: 'reading',
      cursor: null,
      beganAt: sql<Date>`clock_now()`,
      asOf: sql<Date>`clock_now() - ${EVENT_TIME_DOUBT}::interval`,
      aliveAt: sql<Date>`clock_now()`,
      takenAt: null,
      finishedAt: null,
      seen: 0,
      skipped: 0,
      total: null,
      problem: null,
    } as const;
    return inTransaction(this.#db, async (tx, audit) => {
      const begun = await tx
        .insertInto('followerSync')
        .values({ accountId, walk: 1, ...afresh, confirmedAsOf: null, confirmedTotal: null })
        .onConflict((conflict) =>
          conflict
            .column('accountId')
            .doUpdateSet((eb) => ({ ...afresh, walk: eb('followerSync.walk', '+', 1) }))
            .where('followerSync.state', '<>', 'running'),
        )
        .returningAll()
        .executeTakeFirst();
      if (begun) audit({ action: 'follower.sync', target: { kind: 'follower' }, accountId });
      return begun && { ...begun, untaken: false };
    });
  }

  /**
   * Stores a page and moves the cursor past it. 'lost': another worker has done so, or the walk has ended. 'circular':
   * the page at this cursor is stored already, so WeChat's cursors lead in a circle.
   */
  async storePage(
    walk: FollowerSyncRow,
    page: FollowerPage,
  ): Promise<'stored' | 'lost' | 'circular'> {
    const { openids, skipped, total, next } = page;
    const values = [walk.accountId, walk.walk, walk.cursor, next, total, skipped, openids];
    try {
      const moved = await this.#hot.query(STORE_PAGE, values);
      return moved.length > 0 ? 'stored' : 'lost';
    } catch (error) {
      if ((error as { constraint?: string }).constraint === 'follower_walk_page_pkey') {
        return 'circular';
      }
      throw error;
    }
  }

  /** Writes down in lots which of our followers were not in the list, once all of it is read. */
  async compare({ accountId, walk }: Walk): Promise<boolean> {
    return comparison(this.#db, async (tx) => {
      const held = await tx
        .selectFrom('followerSync')
        .select('asOf')
        .where('accountId', '=', accountId)
        .where('walk', '=', walk)
        .where('state', '=', 'running')
        .where('step', '=', 'comparing')
        .forUpdate()
        .executeTakeFirst();
      if (held === undefined) return false;
      await noteWhoIsGone(accountId, held.asOf).execute(tx);
      return true;
    });
  }

  /** Unsubscribes one lot of those who are gone, without those about whom a newer event has come. */
  async partWithLot({ accountId, walk }: Walk): Promise<'parted' | 'none left' | 'lost'> {
    const lot = await this.#db
      .selectFrom('followerParting')
      .select(['firstOpenid', 'openids'])
      .where('accountId', '=', accountId)
      .orderBy('firstOpenid')
      .limit(1)
      .executeTakeFirst();
    if (lot === undefined) return 'none left';
    const values = [accountId, walk, lot.firstOpenid, lot.openids];
    const held = await this.#hot.query(PART_WITH_LOT, values);
    return held.length > 0 ? 'parted' : 'lost';
  }

  async analyzeAfter(seen: number): Promise<void> {
    await analyzeAfter(seen, this.#db, 'follower');
  }

  /** Ends a walk that has unsubscribed everybody who is gone. */
  async finish({ accountId, walk }: Walk): Promise<boolean> {
    const { rows } = await sql`
      with finished as (
        update follower_sync
        set state = 'done', finished_at = clock_now(), alive_at = clock_now(),
            confirmed_as_of = as_of, confirmed_total = seen
        where account_id = ${accountId} and walk = ${walk} and state = 'running' and step = 'parting'
          and not exists (select from follower_parting where account_id = ${accountId})
        returning account_id
      ), pages as (
        delete from follower_walk_page page using finished
        where page.account_id = finished.account_id
      )
      select from finished`.execute(this.#db);
    return rows.length > 0;
  }
}

/** Between two signs of life a worker may wait for WeChat; one of an older release does not say that it has taken it. */
const UNTAKEN = sql<boolean>`(state = 'running' and alive_at < clock_now() - case
  when taken_at is null and step = 'reading' and cursor is null then interval '10 seconds'
  else interval '60 seconds' end)`.as('untaken');

/**
 * Event times are whole seconds: an event in the second in which a walk began may be older or newer than the walk. We
 * take it for newer.
 */
const EVENT_TIME_DOUBT = '1 second';

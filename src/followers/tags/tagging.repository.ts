import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql } from 'kysely';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { HotSql } from '../../database/hot-sql.js';
import { page, type Page } from '../../http/cursor.js';
import type { Openid } from '../../kernel/ids.js';
import type { SyncProblem } from '../record/sync-problem.js';
import { LOCK_TAG, NOTE_TAG_CHANGES, TAG_THEM, UNTAG_THEM } from './tagging.statements.js';
import type { TaggingTable, TagTables } from './tag.tables.js';

export type TaggingRow = Selectable<TaggingTable>;

/** A list, and whether anybody is on it. */
export interface TaggingState extends TaggingRow {
  readonly untaken: boolean;
}

export interface Lot {
  readonly lot: number;
  readonly openids: readonly Openid[];
}

/** Somebody whom WeChat did not tag or untag, and why. */
export interface TaggingFailure {
  readonly openid: Openid;
  readonly problem: SyncProblem;
}

export interface NewTagging {
  readonly id: string;
  readonly accountId: number;
  readonly tagId: number;
  readonly verb: TaggingRow['verb'];
  readonly openids: readonly Openid[];
}

/** What one call to WeChat takes. */
const IN_A_CALL = 50;
/** How long it is told what became of a list. */
const KEPT = '30 days';

/** Statements on lists of people who are given or lose a tag. */
@Injectable()
export class TaggingRepository {
  readonly #db: Kysely<TagTables>;
  readonly #hot: HotSql;

  constructor(db: Kysely<TagTables>, hot: HotSql) {
    this.#db = db;
    this.#hot = hot;
  }

  find(accountId: number, id: string): Promise<TaggingState | undefined> {
    return this.#db
      .selectFrom('tagging')
      .selectAll()
      .select(UNTAKEN)
      .where('id', '=', id)
      .where('accountId', '=', accountId)
      .executeTakeFirst();
  }

  findRunning(id: string): Promise<TaggingRow | undefined> {
    return this.#db
      .selectFrom('tagging')
      .selectAll()
      .where('id', '=', id)
      .where('state', '=', 'running')
      .executeTakeFirst();
  }

  begin({ id, accountId, tagId, verb, openids }: NewTagging): Promise<TaggingState> {
    const lots = Array.from({ length: Math.ceil(openids.length / IN_A_CALL) }, (_, lot) => ({
      taggingId: id,
      lot,
      openids: openids.slice(lot * IN_A_CALL, (lot + 1) * IN_A_CALL),
    }));
    return inTransaction(this.#db, async (tx, audit) => {
      const begun = await tx
        .insertInto('tagging')
        .values({
          id,
          accountId,
          tagId,
          verb,
          state: 'running',
          total: openids.length,
          done: 0,
          failed: 0,
          createdAt: NOW,
          aliveAt: NOW,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await tx.insertInto('taggingLot').values(lots).execute();
      audit({
        action: verb === 'tag' ? 'tag.give' : 'tag.take',
        target: { kind: 'tag', id: tagId },
        accountId,
        after: { people: openids.length },
      });
      return { ...begun, untaken: false };
    });
  }

  /** What is to be told next; undefined once everything was. */
  nextLot(id: string): Promise<Lot | undefined> {
    return this.#db
      .selectFrom('taggingLot')
      .select(['lot', 'openids'])
      .where('taggingId', '=', id)
      .orderBy('lot')
      .limit(1)
      .executeTakeFirst();
  }

  /**
   * Writes down what WeChat has done of a lot. 'lost': another worker has. 'gone': the tag was deleted meanwhile. It
   * locks the tag, as walks do: what they store afterwards heeds it.
   */
  settle(
    { id, accountId, tagId, verb }: TaggingRow,
    { lot, openids }: Lot,
    failures: readonly TaggingFailure[],
  ): Promise<'settled' | 'lost' | 'gone'> {
    const failed = new Set(failures.map(({ openid }) => openid));
    const done = openids.filter((openid) => !failed.has(openid));
    return this.#hot.transaction(async (tx) => {
      if ((await tx.query(LOCK_TAG, [accountId, tagId])).length === 0) return 'gone';
      const values = [
        id,
        lot,
        done.length,
        failures.map(({ openid }) => openid),
        failures.map(({ problem }) => JSON.stringify(problem)),
      ];
      if ((await tx.query(SETTLE_LOT, values)).length === 0) return 'lost';
      await tx.query(NOTE_TAG_CHANGES, [accountId, tagId, done, verb === 'tag']);
      await tx.query(verb === 'tag' ? TAG_THEM : UNTAG_THEM, [accountId, tagId, done]);
      return 'settled';
    });
  }

  async finish(id: string): Promise<void> {
    await sql`
      update tagging set state = 'done', finished_at = clock_now(), alive_at = clock_now()
      where id = ${id} and state = 'running'
        and not exists (select from tagging_lot where tagging_id = ${id})`.execute(this.#db);
  }

  /** Ends it where it stands: who was not told to WeChat yet keeps what they have. */
  async fail(id: string, problem: SyncProblem): Promise<void> {
    await sql`
      with failed as (
        update tagging
        set state = 'failed', finished_at = clock_now(), problem = ${JSON.stringify(problem)}::jsonb
        where id = ${id} and state = 'running'
        returning id
      )
      delete from tagging_lot using failed where tagging_id = failed.id`.execute(this.#db);
  }

  /** Records that a worker is on it, though it waits. False: it has ended. */
  async keepAlive(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('tagging')
      .set({ aliveAt: NOW, takenAt: sql<Date>`coalesce(taken_at, clock_now())` })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async failures(
    id: string,
    { after = '', limit }: { after?: Openid; limit: number },
  ): Promise<Page<TaggingFailure>> {
    const rows = await this.#db
      .selectFrom('taggingFailure')
      .select(['openid', 'problem'])
      .where('taggingId', '=', id)
      .where('openid', '>', after)
      .orderBy('openid')
      .limit(limit + 1)
      .execute();
    return page(rows, limit, ({ openid }) => openid);
  }

  /** Takes those without a sign of life. Each caller gets others, and the same one only after another silence. */
  async takeSilent(silence: string): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      update tagging set alive_at = clock_now()
      where id in (
        select id from tagging
        where state = 'running' and alive_at < clock_now() - ${silence}::interval
        order by id
        for update skip locked
      )
      returning id`.execute(this.#db);
    return rows.map(({ id }) => id);
  }

  /** Removes those that ended long ago. */
  async clearOld(): Promise<void> {
    await sql`
      delete from tagging where id in (
        select id from tagging where finished_at < clock_now() - ${KEPT}::interval limit 100
      )`.execute(this.#db);
  }
}

/** $1 id, $2 lot, $3 how many were done, $4 openids that failed, $5 why */
const SETTLE_LOT = {
  name: 'tagging-settle',
  text: `
    with mine as (
      delete from tagging_lot where tagging_id = $1::uuid and lot = $2::int returning tagging_id
    ), told as (
      insert into tagging_failure (tagging_id, openid, problem)
      select mine.tagging_id, failure.openid, failure.problem::jsonb
      from mine, unnest($4::text[], $5::text[]) as failure (openid, problem)
      on conflict do nothing
    )
    update tagging
    set done = done + $3::int, failed = failed + cardinality($4::text[]), alive_at = clock_now()
    from mine
    where tagging.id = mine.tagging_id and tagging.state = 'running'
    returning tagging.id`,
};

const NOW = sql<Date>`clock_now()`;

/** Between two signs of life a worker may wait for WeChat. */
const UNTAKEN = sql<boolean>`(state = 'running' and alive_at < clock_now() - case
  when taken_at is null then interval '10 seconds' else interval '60 seconds' end)`.as('untaken');

import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { HotSql } from '../../database/hot-sql.js';
import type { FollowerPage } from '../sync/follower-page.js';
import { analyzeAfter, comparison, longStep } from '../walk/long-steps.js';
import { type Walk, WalkLease } from '../walk/walk-lease.js';
import type { ListedTag } from './listed-tags.js';
import { LOCK_TAG_WALK, noteWhoLostTag, PART_WITH_TAG, STORE_TAG_PAGE } from './tag.statements.js';
import type { TagSyncTable, TagTables } from './tag.tables.js';

export type TagSyncRow = Selectable<TagSyncTable>;

/** A sync, and whether anybody is on it. */
export interface TagSyncState extends TagSyncRow {
  readonly untaken: boolean;
}

/** A walk at one of its tags. */
export interface WalkAtTag extends TagSyncRow {
  readonly tagId: number;
  readonly tagAsOf: Date;
}

/** Statements on `tag_sync`. Each checks the walk in the row, so of two workers on one walk one does each step. */
@Injectable()
export class TagSyncRepository extends WalkLease {
  readonly #db: Kysely<TagTables>;
  readonly #hot: HotSql;

  constructor(db: Kysely<TagTables>, hot: HotSql) {
    super(db, { sync: 'tag_sync', pages: 'tag_walk_page', partings: 'tag_parting' });
    this.#db = db;
    this.#hot = hot;
  }

  findSync(accountId: number): Promise<TagSyncState | undefined> {
    return this.#db
      .selectFrom('tagSync')
      .selectAll()
      .select(UNTAKEN)
      .where('accountId', '=', accountId)
      .executeTakeFirst();
  }

  /** Begins a walk; undefined when one is running. What was told to WeChat before, its answers have by now. */
  begin(accountId: number): Promise<TagSyncState | undefined> {
    const afresh = {
      state: 'running',
      step: 'listing',
      tagId: null,
      tagAsOf: null,
      cursor: null,
      beganAt: sql<Date>`clock_now()`,
      aliveAt: sql<Date>`clock_now()`,
      takenAt: null,
      finishedAt: null,
      listed: 0,
      read: 0,
      seen: 0,
      skipped: 0,
      problem: null,
    } as const;
    return inTransaction(this.#db, async (tx, audit) => {
      const begun = await tx
        .insertInto('tagSync')
        .values({ accountId, walk: 1, ...afresh, confirmedAsOf: null })
        .onConflict((conflict) =>
          conflict
            .column('accountId')
            .doUpdateSet((eb) => ({ ...afresh, walk: eb('tagSync.walk', '+', 1) }))
            .where('tagSync.state', '<>', 'running'),
        )
        .returningAll()
        .executeTakeFirst();
      if (begun === undefined) return undefined;
      await sql`
        delete from tag_change where account_id = ${accountId} and at < ${begun.beganAt}`.execute(
        tx,
      );
      audit({ action: 'tag.sync', target: { kind: 'tag' }, accountId });
      return { ...begun, untaken: false };
    });
  }

  /** Stores the list of tags and goes to the first of them. What we have changed since the walk began stays. */
  async storeList({ accountId, walk }: Walk, listed: readonly ListedTag[]): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      const held = await hold(tx, { accountId, walk }, 'listing');
      if (held === undefined) return false;
      await sql`
        with listed as (
          select * from unnest(${listed.map(({ tagId }) => tagId)}::int[],
            ${listed.map(({ name }) => name)}::text[], ${listed.map(({ count }) => count)}::int[])
            as listed (tag_id, name, count)
        ), gone as (
          update tag set gone_at = clock_now()
          where account_id = ${accountId} and gone_at is null and changed_at < ${held.beganAt}
            and tag_id not in (select tag_id from listed)
        )
        insert into tag (account_id, tag_id, name, count, changed_at)
        select ${accountId}, tag_id, name, count, ${held.beganAt} from listed
        on conflict (account_id, tag_id) do update
          set name = excluded.name, count = excluded.count
          where tag.gone_at is null and tag.changed_at < ${held.beganAt}`.execute(tx);
      await tx
        .updateTable('tagSync')
        .set({ listed: listed.length })
        .where('accountId', '=', accountId)
        .execute();
      await goToTagAfter(tx, accountId, -1);
      return true;
    });
  }

  /** 'lost': another worker has stored it, or the walk has gone on. 'circular': WeChat's cursors lead in a circle. */
  async storePage(
    { accountId, walk, tagId, cursor }: WalkAtTag,
    { openids, skipped, next }: FollowerPage,
  ): Promise<'stored' | 'lost' | 'circular'> {
    try {
      return await this.#hot.transaction(async (tx) => {
        const held = await tx.query(LOCK_TAG_WALK, [accountId, walk, 'reading', tagId]);
        if (held.length === 0) return 'lost';
        const values = [accountId, cursor, next, skipped, openids];
        return (await tx.query(STORE_TAG_PAGE, values)).length > 0 ? 'stored' : 'lost';
      });
    } catch (error) {
      if ((error as { constraint?: string }).constraint === 'tag_walk_page_pkey') return 'circular';
      throw error;
    }
  }

  /** Writes down in lots who has the tag here and was not listed. */
  async compare({ accountId, walk, tagId, tagAsOf }: WalkAtTag): Promise<boolean> {
    return comparison(this.#db, async (tx) => {
      if ((await hold(tx, { accountId, walk }, 'comparing', tagId)) === undefined) return false;
      await noteWhoLostTag(accountId, tagId, tagAsOf).execute(tx);
      return true;
    });
  }

  /** Takes the tag from one lot of those who were not listed. */
  async partWithLot({
    accountId,
    walk,
    tagId,
  }: WalkAtTag): Promise<'parted' | 'none left' | 'lost'> {
    const lot = await this.#db
      .selectFrom('tagParting')
      .select(['firstOpenid', 'openids'])
      .where('accountId', '=', accountId)
      .orderBy('firstOpenid')
      .limit(1)
      .executeTakeFirst();
    if (lot === undefined) return 'none left';
    return this.#hot.transaction(async (tx) => {
      const held = await tx.query(LOCK_TAG_WALK, [accountId, walk, 'parting', tagId]);
      if (held.length === 0) return 'lost';
      await tx.query(PART_WITH_TAG, [accountId, lot.firstOpenid, lot.openids]);
      return 'parted';
    });
  }

  /** The members of a tag are as WeChat has them: goes to the next one, or ends the walk. */
  async finishTag({ accountId, walk, tagId, tagAsOf }: WalkAtTag): Promise<boolean> {
    return longStep(this.#db, async (tx) => {
      const held = await hold(tx, { accountId, walk }, 'parting', tagId);
      if (held === undefined) return false;
      await sql`
        select from tag where account_id = ${accountId} and tag_id = ${tagId} for no key update`.execute(
        tx,
      );
      await sql`
        update tag set as_of = ${tagAsOf}, members = (
          select count(*) from follower_tag where account_id = ${accountId} and tag_id = ${tagId})
        where account_id = ${accountId} and tag_id = ${tagId}`.execute(tx);
      await sql`update tag_sync set read = read + 1 where account_id = ${accountId}`.execute(tx);
      await leaveTag(tx, accountId, tagId);
      return true;
    });
  }

  /** WeChat has the tag no more: it is gone here, too, and the walk goes to the next one. */
  async tagIsGone({ accountId, walk, tagId }: WalkAtTag): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      if ((await hold(tx, { accountId, walk }, 'reading', tagId)) === undefined) return false;
      await sql`
        update tag set gone_at = coalesce(gone_at, clock_now())
        where account_id = ${accountId} and tag_id = ${tagId}`.execute(tx);
      await leaveTag(tx, accountId, tagId);
      return true;
    });
  }

  async analyzeAfter(seen: number): Promise<void> {
    await analyzeAfter(seen, this.#db, 'follower_tag');
  }
}

/** Locks the walk, if it is at this step, and at this tag where one is named. */
const hold = (
  tx: Transaction<TagTables>,
  { accountId, walk }: Walk,
  step: TagSyncRow['step'],
  tagId?: number,
): Promise<{ beganAt: Date } | undefined> =>
  tx
    .selectFrom('tagSync')
    .select('beganAt')
    .where('accountId', '=', accountId)
    .where('walk', '=', walk)
    .where('state', '=', 'running')
    .where('step', '=', step)
    .$if(tagId !== undefined, (query) => query.where('tagId', '=', tagId as number))
    .forUpdate()
    .executeTakeFirst();

async function leaveTag(
  tx: Transaction<TagTables>,
  accountId: number,
  tagId: number,
): Promise<void> {
  await sql`delete from tag_walk_page where account_id = ${accountId}`.execute(tx);
  await goToTagAfter(tx, accountId, tagId);
}

/** The next tag in the order of their ids; after the last the walk is done. */
const goToTagAfter = (tx: Transaction<TagTables>, accountId: number, after: number) =>
  sql`
    with next as (
      select min(tag_id) as tag_id from tag
      where account_id = ${accountId} and gone_at is null and tag_id > ${after}
    )
    update tag_sync
    set alive_at = clock_now(), cursor = null, tag_id = next.tag_id,
        step = case when next.tag_id is null then step else 'reading' end,
        tag_as_of = case when next.tag_id is null then null else clock_now() end,
        state = case when next.tag_id is null then 'done' else state end,
        finished_at = case when next.tag_id is null then clock_now() end,
        confirmed_as_of = case when next.tag_id is null then began_at else confirmed_as_of end
    from next
    where account_id = ${accountId}`.execute(tx);

/** Between two signs of life a worker may wait for WeChat. */
const UNTAKEN = sql<boolean>`(state = 'running' and alive_at < clock_now() - case
  when taken_at is null then interval '10 seconds' else interval '60 seconds' end)`.as('untaken');

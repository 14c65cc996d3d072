import { Injectable, Logger } from '@nestjs/common';
import { Kysely, type RawBuilder, type Selectable, sql, type Transaction } from 'kysely';
import { audienceOfAllFollowers } from '../../../followers/audience-of-all-followers.js';
import { unreachableBecause } from '../../../followers/unreachable.js';
import { recordEvent } from '../broadcast-events.js';
import type { AudienceRecord, BroadcastTables } from '../engine.tables.js';
import { Lane } from '../lane.js';
import { countTallies } from '../count-moves.js';

/** Recipients that become deliveries in one transaction. */
const PAGE = 5_000;
/** An expansion of this size changes the partition so much that the planner must be told. */
const ANALYZE_FROM = 50_000;

/** Step 2: turns an audience into `pending` deliveries, page by page, in the order of openids. */
@Injectable()
export class ExpandService {
  readonly #logger = new Logger(ExpandService.name);

  constructor(
    private readonly db: Kysely<BroadcastTables>,
    private readonly lane: Lane,
  ) {}

  /** Goes on from the cursor until the audience has ended, the broadcast has, or `signal` says stop. */
  async expand(broadcastId: string, signal?: AbortSignal): Promise<void> {
    let inserted = 0;
    for (;;) {
      const page = await this.#expandPage(broadcastId);
      inserted += page.inserted;
      if (page.done || signal?.aborted) break;
    }
    if (inserted >= ANALYZE_FROM) await this.#analyze(broadcastId);
  }

  /**
   * One page in one transaction: rows, counters and cursor, under the broadcast's lock. Run twice,
   * late, or in two workers at once, it goes on from the cursor that it finds.
   */
  async #expandPage(broadcastId: string): Promise<{ done: boolean; inserted: number }> {
    return this.db.transaction().execute(async (tx) => {
      // A page is a range of an index; without statistics the planner would sort the whole audience for each.
      await sql`set local enable_bitmapscan = off`.execute(tx);
      const broadcast = await tx
        .selectFrom('broadcast')
        .select(['accountId', 'audience', 'expandCursor', 'expandedAt', 'state', 'freezeAudience'])
        .where('id', '=', broadcastId)
        .forUpdate()
        .executeTakeFirst();
      if (!broadcast || !mayExpand(broadcast)) return { done: true, inserted: 0 };

      const { accountId, audience, expandCursor } = broadcast;
      const recipients = audienceQuery(broadcastId, accountId, audience);
      const { rows } = await sql<PageResult>`
        with page as materialized (
          select openid, vars from (${recipients}) recipients
          where openid > ${expandCursor ?? ''} collate "C"
          order by openid limit ${PAGE}
        ),
        judged as materialized (
          select openid, vars, ${sql.raw(unreachableBecause(`${accountId}`, 'page.openid'))} as why_not from page
        ),
        moved as (
          insert into delivery (broadcast_id, openid, account_id, state, detail, settled_at, vars)
          select ${broadcastId}::uuid, openid, ${accountId},
            (case when why_not is null then 'pending' else 'skipped' end)::delivery_state,
            why_not, case when why_not is not null then clock_now() end, vars
          from judged order by openid
          on conflict do nothing
          returning broadcast_id, state, detail
        ),
        skips as (
          select broadcast_id, 'skipped:' || detail as what, 1 as delta from moved where state = 'skipped'
        ),
        skipped as (${sql.raw(countTallies('skips', `'${this.lane.of('expand')}'`))}),
        counted as (
          insert into broadcast_counter (broadcast_id, lane, pending, skipped)
          select ${broadcastId}::uuid, ${this.lane.of('expand')},
            count(*) filter (where state = 'pending'), count(*) filter (where state = 'skipped')
          from moved
          on conflict (broadcast_id, lane) do update set
            pending = broadcast_counter.pending + excluded.pending,
            skipped = broadcast_counter.skipped + excluded.skipped
        )
        select (select count(*)::integer from page) as seen,
          (select count(*)::integer from moved) as inserted,
          (select max(openid) from page) as cursor`.execute(tx);
      const { seen, inserted, cursor } = rows[0] as PageResult;
      const done = seen < PAGE;
      await tx
        .updateTable('broadcast')
        .set({
          expandCursor: cursor ?? expandCursor,
          expandProgressAt: sql<Date>`clock_now()`,
          ...(done ? { expandedAt: sql<Date>`clock_now()` } : {}),
        })
        .where('id', '=', broadcastId)
        .execute();
      if (done) await this.#finishExpansion(tx, broadcastId);
      return { done, inserted };
    });
  }

  async #finishExpansion(tx: Transaction<BroadcastTables>, broadcastId: string): Promise<void> {
    // The deliveries are the record now.
    await tx.deleteFrom('broadcastMember').where('broadcastId', '=', broadcastId).execute();
    // Only now is it known how many a share of them are.
    await sql`
      update broadcast set canary_size = greatest(1, ceil((canary->>'percent')::numeric / 100 * (
        select coalesce(sum(pending), 0) from broadcast_counter where broadcast_id = broadcast.id)))
      where id = ${broadcastId} and canary ? 'percent'`.execute(tx);
    await recordEvent(tx, broadcastId, 'expanded');
  }

  /** Statistics are a help, never a condition. */
  async #analyze(broadcastId: string): Promise<void> {
    try {
      const { rows } = await sql<{ partition: string }>`
        select tableoid::regclass::text as partition from delivery
        where broadcast_id = ${broadcastId} limit 1`.execute(this.db);
      if (rows[0]) await sql`analyze ${sql.table(rows[0].partition)}`.execute(this.db);
    } catch (error) {
      this.#logger.warn({ broadcastId, err: error }, 'the partition could not be analysed');
    }
  }
}

/** One that runs, or one whose audience was to be frozen before its start. */
const mayExpand = ({
  state,
  expandedAt,
  freezeAudience,
}: Pick<
  Selectable<BroadcastTables['broadcast']>,
  'state' | 'expandedAt' | 'freezeAudience'
>): boolean =>
  expandedAt === null &&
  (state === 'running' || (state === 'scheduled' && freezeAudience === 'creation'));

interface PageResult {
  seen: number;
  inserted: number;
  cursor: string | null;
}

/** Yields (openid, vars) of everybody who shall receive it. */
function audienceQuery(
  broadcastId: string,
  accountId: number,
  audience: AudienceRecord,
): RawBuilder<{ openid: string }> {
  switch (audience.kind) {
    case 'all':
      return audienceOfAllFollowers(accountId);
    case 'openids':
      return sql`select openid, vars from broadcast_member where broadcast_id = ${broadcastId}`;
  }
}

import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { audiencePage, readsInOrder } from '../../../audiences/page/audience-page.js';
import { capInForce } from '../record/contact-cap.js';
import type { BroadcastTables, ContactCap } from '../record/engine.tables.js';
import { addHold } from '../holds/holds.js';
import { ensurePartitionOf } from '../storage/delivery-partitions.js';
import { TableStatistics } from '../storage/table-statistics.js';
import { Lane } from '../record/lane.js';
import { forgetSources, goneSource, type Source } from './broadcast-sources.js';
import { expandPage, type ExpandedPage } from './expand-page.js';

/** So many rows of each source are read in one transaction, and its recipients become deliveries. */
const PAGE = 5_000;

/** Step 2: turns an audience into `pending` deliveries, page by page, in the order of openids. */
@Injectable()
export class ExpandService {
  readonly #db: Kysely<BroadcastTables>;
  readonly #lane: Lane;
  readonly #statistics: TableStatistics;

  constructor(db: Kysely<BroadcastTables>, lane: Lane, statistics: TableStatistics) {
    this.#db = db;
    this.#lane = lane;
    this.#statistics = statistics;
  }

  /** Goes on from the cursor until the audience or the broadcast has ended, or `signal` says stop. */
  async expand(broadcastId: string, signal?: AbortSignal): Promise<void> {
    await ensurePartitionOf(this.#db, broadcastId);
    for (;;) {
      const { done } = await this.#expandPage(broadcastId);
      await this.#statistics.run();
      if (done || signal?.aborted) break;
    }
  }

  /**
   * Writes rows, counters and cursor of one page in one transaction, under the broadcast's lock. Whether it runs twice,
   * late, or in two workers at once, it goes on from the cursor that it finds.
   */
  async #expandPage(broadcastId: string): Promise<ExpandedPage> {
    return this.#db.transaction().execute(async (tx) => {
      await readsInOrder.execute(tx);
      const broadcast = await tx
        .selectFrom('broadcast')
        .select([
          'id',
          'accountId',
          'templateId',
          'audience',
          'expandCursor',
          'expandedAt',
          'state',
          'freezeAudience',
          CAP,
          MAY_FREEZE,
        ])
        .where('id', '=', broadcastId)
        .forUpdate()
        .executeTakeFirst();
      if (!broadcast || !mayExpand(broadcast)) return { done: true };
      const gone = await goneSource(tx, broadcastId);
      // A short audience would look like the whole one: a person decides.
      if (gone !== undefined) {
        await holdForGone(tx, broadcastId, gone);
        return { done: true };
      }

      const { accountId, cap } = broadcast;
      const page = await expandPage(tx, {
        broadcastId,
        accountId: broadcast.accountId,
        page: audiencePage(broadcast, broadcast.expandCursor, PAGE),
        lane: this.#lane.of('expand'),
        cap: cap === null ? undefined : await capInForce(tx, accountId, cap),
      });
      if (page.done) await this.#finishExpansion(tx, broadcastId);
      return page;
    });
  }

  async #finishExpansion(tx: Transaction<BroadcastTables>, broadcastId: string): Promise<void> {
    // From now on the deliveries are the record.
    await tx.deleteFrom('broadcastMember').where('broadcastId', '=', broadcastId).execute();
    await forgetSources(tx, broadcastId);
    // Only now is it known how many recipients a canary of some percent has.
    await sql`
      update broadcast set canary_size = greatest(1, ceil((canary->>'percent')::numeric / 100 * (
        select coalesce(sum(pending), 0) from broadcast_counter where broadcast_id = broadcast.id)))
      where id = ${broadcastId} and canary ? 'percent'`.execute(tx);
  }
}

/** The contact cap of its account, which holds for broadcasts that do not say why it shall not. */
const CAP = sql<ContactCap | null>`
  case when purpose = 'broadcast' and contact_cap is null
    then (select policy -> 'contactCap' from account where account.id = broadcast.account_id) end`.as(
  'cap',
);

const holdForGone = (
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
  { kind, source }: Source,
): Promise<unknown> =>
  addHold(tx, broadcastId, {
    reason: 'problem',
    code: 'audience_gone',
    detail: `a source of the audience is gone: ${kind} ${source}`,
    params: { kind, source },
  });

/**
 * Whether the time to undo the start is over. A broadcast that starts at its end is not frozen before its start: for as
 * long as nobody starts it, it can be undone.
 */
const MAY_FREEZE =
  sql<boolean>`undo_until is null or undo_until <= clock_now() and undo_until < start_at`.as(
    'mayFreeze',
  );

/** Whether it is not expanded yet and runs, or is scheduled with an audience to be frozen before the start. */
const mayExpand = ({
  state,
  expandedAt,
  freezeAudience,
  mayFreeze,
}: Pick<Selectable<BroadcastTables['broadcast']>, 'state' | 'expandedAt' | 'freezeAudience'> & {
  readonly mayFreeze: boolean;
}): boolean =>
  expandedAt === null &&
  (state === 'running' || (state === 'scheduled' && freezeAudience === 'creation' && mayFreeze));

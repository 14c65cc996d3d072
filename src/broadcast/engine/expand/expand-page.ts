import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { AudiencePage } from '../../../audiences/page/audience-page.js';
import { type CapInForce, contactsOf } from '../record/contact-cap.js';
import { recordEvent } from '../record/broadcast-events.js';
import { countTallies } from '../record/count-moves.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { whyUnreachable } from '../record/why-unreachable.js';

/** The part of an audience that becomes deliveries in one transaction. */
export interface PageToExpand {
  readonly broadcastId: string;
  readonly accountId: number;
  readonly page: AudiencePage;
  /** The lane of counters that counts them. */
  readonly lane: string;
  /** Whom the account's contact cap spares; left out where it has none. */
  readonly cap?: CapInForce | undefined;
}

export interface ExpandedPage {
  readonly done: boolean;
}

/**
 * Writes rows, counters and cursor of one page, in a transaction that has locked the broadcast. Recipients who cannot
 * be reached are written as `skipped`; of those who are excluded, or in several sources, there is a number only.
 */
export async function expandPage(
  tx: Transaction<BroadcastTables>,
  { broadcastId, accountId, page, lane, cap }: PageToExpand,
): Promise<ExpandedPage> {
  const { rows } = await sql<ExpandedPage & { horizon: string }>`
    with ${page.ctes},
    page as (
      select ${broadcastId}::uuid as broadcast_id, ${accountId}::integer as account_id, openid, vars
      from recipients
    ),
    judged as materialized (
      select page.*, ${whyNot(accountId, broadcastId, cap)} as why_not from page
    ),
    moved as (
      insert into delivery (broadcast_id, openid, account_id, state, detail, settled_at, vars)
      select broadcast_id, openid, account_id,
        (case when why_not is null then 'pending' else 'skipped' end)::delivery_state,
        why_not, case when why_not is not null then clock_now() end, vars
      from judged order by openid
      on conflict do nothing
      returning broadcast_id, state, detail
    ),
    tallies as (
      select broadcast_id, 'skipped:' || detail as what, 1 as delta from moved where state = 'skipped'
      union all
      select ${broadcastId}::uuid, what, delta
      from page_end, lateral (values ('duplicates', duplicates), ('excluded', excluded)) t (what, delta)
    ),
    tallied as (${sql.raw(countTallies('tallies', `'${lane}'`))}),
    counted as (
      insert into broadcast_counter (broadcast_id, lane, pending, skipped)
      select ${broadcastId}::uuid, ${lane},
        count(*) filter (where state = 'pending'), count(*) filter (where state = 'skipped')
      from moved
      on conflict (broadcast_id, lane) do update set
        pending = broadcast_counter.pending + excluded.pending,
        skipped = broadcast_counter.skipped + excluded.skipped
    )
    select horizon, done from page_end`.execute(tx);
  const { horizon, done } = rows[0] as (typeof rows)[number];
  await tx
    .updateTable('broadcast')
    .set({
      expandCursor: horizon,
      expandProgressAt: sql<Date>`clock_now()`,
      ...(done ? { expandedAt: sql<Date>`clock_now()` } : {}),
    })
    .where('id', '=', broadcastId)
    .execute();
  if (done) await recordEvent(tx, broadcastId, 'expanded');
  return { done };
}

/** The cap counts last: who cannot be reached is not spared. */
function whyNot(
  accountId: number,
  broadcastId: string,
  cap: CapInForce | undefined,
): RawBuilder<unknown> {
  const unreachable = sql.raw(whyUnreachable('page'));
  if (cap === undefined) return unreachable;
  const contacts = contactsOf('page', accountId, cap, broadcastId);
  return sql`coalesce(${unreachable}, case when ${contacts} >= ${cap.n} then 'contact_cap' end)`;
}

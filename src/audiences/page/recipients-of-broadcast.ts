import { type RawBuilder, sql } from 'kysely';
import { inRange, type OpenidRange } from '../../database/openid-range.js';
import type { ResolvedRecipients } from '../record/resolved-audience.js';
import { type PageStatement, type Reading, valuesOf } from './page-statement.js';

/** Which rows of a broadcast: those of `states` and so on, or all `but` those that were cancelled before they were sent. */
type Recipients =
  Omit<ResolvedRecipients, 'kind'> | { readonly broadcastId: string; readonly but: 'cancelled' };

/** Those who have a row of a broadcast: a range of its key, filtered after the limit, as a page is bounded by what it reads. */
export function audienceOfRecipients(
  page: PageStatement,
  asked: Recipients,
  columns: readonly string[],
): Reading {
  const rows = (range: OpenidRange) => sql`
    select openid, ${valuesOf(sql`vars`, columns)} as vars, state, detail, errcode from delivery
    where broadcast_id = ${asked.broadcastId}::uuid and ${inRange(range)}`;
  const condition = conditionOf(asked);
  return condition === undefined ? page.leaf(rows) : page.filtered(rows, condition);
}

function conditionOf(asked: Recipients): RawBuilder<unknown> | undefined {
  if ('but' in asked)
    return sql`(one.state <> 'skipped' or one.detail is distinct from 'cancelled')`;
  const { states, reasons, errcodes } = asked;
  const all = [
    ...(states === undefined ? [] : [sql`one.state::text = any(${[...states]}::text[])`]),
    ...(reasons === undefined
      ? []
      : [sql`(one.state <> 'skipped' or one.detail = any(${[...reasons]}::text[]))`]),
    ...(errcodes === undefined ? [] : [sql`one.errcode = any(${[...errcodes]}::integer[])`]),
  ];
  return all.length === 0 ? undefined : sql.join(all, sql` and `);
}

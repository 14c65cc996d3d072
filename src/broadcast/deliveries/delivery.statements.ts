import type { HotStatement } from '../../database/hot-sql.js';
import { deliveriesOf } from '../engine/record/delivery-range.js';

/**
 * A delivery's columns as the lists show them. The statements below run in the hot pool for its planner settings: the
 * statistics know nothing of a new broadcast, and no page may cost a scan of ten million rows.
 */
export const DELIVERY_COLUMNS = `d.openid, d.state, d.msgid, d.errcode, d.rid, d.detail, d.attempts, d.queued_at,
  d.claimed_at, d.in_doubt_since, d.not_before, d.settled_at, d.receipt_at, d.reviewed_at`;

/**
 * A stretch of the primary key, and those of its rows that match. Always answers with at least one
 * row: `read` and `reached` say where the stretch ended, `openid` is null where nothing matched.
 *
 * $1 broadcast id, $2 after this openid, $3 rows to read at most, $4 state or null,
 * $5 errcode or null, $6 rows to show at most
 */
export const SCAN_DELIVERIES: HotStatement = {
  name: 'scan-deliveries',
  text: `
with scanned as materialized (
  select ${DELIVERY_COLUMNS} from delivery d
  where ${deliveriesOf('$1::uuid', '$2::text')}
  order by d.broadcast_id, d.openid limit $3::integer
),
matching as materialized (
  select * from scanned
  where ($4::delivery_state is null or state = $4::delivery_state)
    and ($5::integer is null or errcode = $5::integer)
  order by openid limit $6::integer
)
select edge.read, edge.reached, matching.*
from (select count(*)::integer as read, max(openid) as reached from scanned) edge
left join matching on true
order by matching.openid`,
};

/**
 * Those that ended badly in one state, by errcode and openid: a range of `delivery_problem`'s key,
 * each joined to its row by the whole primary key.
 *
 * $1 broadcast id, $2 state, $3 and $4 after this errcode and openid, $5 highest errcode, $6 limit
 */
export const PROBLEMS: HotStatement = {
  name: 'delivery-problems',
  text: `
with page as materialized (
  select p.broadcast_id, p.openid, p.errcode as problem_errcode from delivery_problem p
  where p.broadcast_id = $1::uuid and p.state = $2::delivery_state
    and (p.errcode, p.openid) > ($3::integer, $4::text collate "C") and p.errcode <= $5::integer
  order by p.errcode, p.openid limit $6::integer
)
select page.problem_errcode, ${DELIVERY_COLUMNS}
from page join delivery d on d.broadcast_id = page.broadcast_id and d.openid = page.openid
order by page.problem_errcode, page.openid`,
};

/** $1 broadcast id, $2 openid */
export const ONE_DELIVERY: HotStatement = {
  name: 'one-delivery',
  text: `select ${DELIVERY_COLUMNS} from delivery d where d.broadcast_id = $1::uuid and d.openid = $2::text`,
};

/**
 * What one openid of one account was sent, newest broadcast first.
 *
 * $1 openid, $2 account id, $3 before this broadcast id, $4 limit
 */
export const HISTORY_OF_OPENID: HotStatement = {
  name: 'history-of-openid',
  text: `
with page as materialized (
  select d.broadcast_id, ${DELIVERY_COLUMNS} from delivery d
  where d.openid = $1::text and d.account_id = $2::integer and d.broadcast_id < $3::uuid
  order by d.broadcast_id desc limit $4::integer
)
select page.*, b.name, b.template_id, b.purpose, b.created_at
from page join broadcast b on b.id = page.broadcast_id
order by page.broadcast_id desc`,
};

/**
 * The same of every account, newest broadcast first. Rows of other accounts are passed over: an openid belongs to one.
 *
 * $1 openid, $2 account ids, or null for all, $3 before this broadcast id, $4 limit
 */
export const HISTORY_EVERYWHERE: HotStatement = {
  name: 'history-everywhere',
  text: `
with page as materialized (
  select d.broadcast_id, d.account_id, ${DELIVERY_COLUMNS} from delivery d
  where d.openid = $1::text and d.broadcast_id < $3::uuid
    and ($2::integer[] is null or d.account_id = any ($2::integer[]))
  order by d.broadcast_id desc limit $4::integer
)
select page.*, b.name, b.template_id, b.purpose, b.created_at
from page join broadcast b on b.id = page.broadcast_id
order by page.broadcast_id desc`,
};

/** A row as the pool returns it: bigint as text, times as dates. */
export interface DeliveryRow {
  readonly openid: string;
  readonly state: string;
  readonly msgid: string | null;
  readonly errcode: number | null;
  readonly rid: string | null;
  readonly detail: string | null;
  readonly attempts: number;
  readonly queued_at: Date | null;
  readonly claimed_at: Date | null;
  readonly in_doubt_since: Date | null;
  readonly not_before: Date | null;
  readonly settled_at: Date | null;
  readonly receipt_at: Date | null;
  readonly reviewed_at: Date | null;
}

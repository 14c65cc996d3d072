import type { HotStatement } from '../../../database/hot-sql.js';
import { DOUBT_LIMIT } from '../send/claim.statement.js';
import { countErrors, countMoves, countTallies } from '../record/count-moves.js';
import { deliveriesOf, onlyDeliveryOf } from '../record/delivery-range.js';

/** A claim older than this belongs to a worker that died or froze. */
const CLAIM_LEASE = `interval '30 seconds'`;
/** A job that no worker has taken for this long may be lost: it is added again under the same id. */
const JOB_PATIENCE = `interval '60 seconds'`;

/**
 * The state to which one row must move, or null. It reads `d` (the row), `clock`, and the parameters $4 (the broadcast is
 * cancelled) and $5 (its channel keeps a second send from the phone).
 */
const VERDICT = `case
  when d.state not in ('pending', 'queued', 'sending') then null
  when d.in_doubt_since <= clock.t - ${DOUBT_LIMIT} then 'unknown'
  when d.state = 'sending' and d.claimed_at > clock.t - ${CLAIM_LEASE} then null
  when d.state = 'sending' and ($4::boolean or not $5::boolean) then 'unknown'
  when d.state = 'sending' then 'pending'
  when $4::boolean and d.in_doubt_since is not null then 'unknown'
  when $4::boolean then 'skipped'
  when d.state = 'queued' and d.queued_at <= clock.t - ${JOB_PATIENCE} then 'queued'
end`;

const actOn = (lane: string): string => `
mine as materialized (
  select d.broadcast_id, d.openid, d.state as was, ${VERDICT} as verdict
  from found f
  cross join clock
  join delivery d on d.broadcast_id = f.broadcast_id and d.openid = f.openid
  where ${VERDICT} is not null
  order by d.broadcast_id, d.openid
  for update of d
),
moved as (
  update delivery d set
    state = m.verdict::delivery_state,
    queued_at = case when m.verdict = 'queued' then clock.t else d.queued_at end,
    not_before = case m.verdict when 'pending' then clock.t when 'queued' then d.not_before end,
    settled_at = case when m.verdict in ('unknown', 'skipped') then clock.t end,
    detail = case when m.verdict = 'skipped' then 'cancelled' else d.detail end
  from mine m cross join clock
  where d.broadcast_id = m.broadcast_id and d.openid = m.openid
  returning d.broadcast_id, d.openid, d.nudge, d.errcode, m.was, d.state as becomes
),
counted as (${countMoves('moved', lane)}),
problems as (
  insert into delivery_problem (broadcast_id, state, errcode, openid)
  select broadcast_id, becomes, coalesce(errcode, 0), openid from moved where becomes = 'unknown'
  on conflict do nothing
),
errors as (
  select broadcast_id, errcode, 1 as delta from moved where becomes = 'unknown' and errcode is not null
),
tallied as (${countErrors('errors', lane)}),
skips as (
  select broadcast_id, 'skipped:cancelled' as what, 1 as delta from moved where becomes = 'skipped'
),
skipped as (${countTallies('skips', lane)})`;

/**
 * Sweeps one page of the primary key, from the mark up to the release cursor, and returns where the mark may move: every
 * row up to it is settled or carries `not_before`.
 *
 * $1 broadcast id, $2 mark, $3 up to, $4 cancelled, $5 protected, $6 limit, $7 lane
 */
export const SWEEP_PAGE: HotStatement = {
  name: 'sweep-page',
  text: `
with clock as materialized (select clock_now() as t),
page as materialized (
  select d.broadcast_id, d.openid, d.state, d.not_before, ${VERDICT} as verdict
  from delivery d cross join clock
  where ${deliveriesOf('$1::uuid', '$2::text', '$3::text')}
  order by d.broadcast_id, d.openid limit $6::integer
),
found as materialized (select broadcast_id, openid from page where verdict is not null),
${actOn('$7')},
blocker as materialized (
  -- what was really moved decides: a claim may have come before us
  select min(openid) as openid from (
    select openid from page where state in ('pending', 'queued', 'sending') and not_before is null
    except
    select openid from moved where becomes <> 'queued'
  ) still_open
)
select
  (select count(*)::integer from page) as seen,
  (select max(openid) from page) as last,
  (select max(p.openid) from page p, blocker b where b.openid is null or p.openid < b.openid) as swept_to,
  (select coalesce(json_agg(json_build_object('openid', openid, 'nudge', nudge)), '[]')
    from moved where becomes = 'queued') as nudges`,
};

/**
 * The same for rows that came back once; they are found by `not_before`, wherever the mark stands.
 *
 * $1 broadcast id, $2 and $3 unused (null), $4 cancelled, $5 protected, $6 limit, $7 lane
 */
export const SWEEP_RETURNED: HotStatement = {
  name: 'sweep-returned',
  text: `
with clock as materialized (select clock_now() as t),
found as materialized (
  select d.broadcast_id, d.openid
  from delivery d cross join clock
  where d.broadcast_id = $1::uuid and d.not_before > '-infinity' and ${VERDICT} is not null
    and $2::text is null and $3::text is null
  order by d.broadcast_id, d.not_before limit $6::integer
),
${actOn('$7')}
select
  (select count(*)::integer from found) as seen,
  null::text as last,
  null::text as swept_to,
  (select coalesce(json_agg(json_build_object('openid', openid, 'nudge', nudge)), '[]')
    from moved where becomes = 'queued') as nudges`,
};

/**
 * The same for single messages, each of which has one row.
 *
 * $1 broadcast ids, $2 and $3 unused (null), $4 cancelled, $5 protected, $6 limit, $7 lane
 */
export const SWEEP_SINGLES: HotStatement = {
  name: 'sweep-singles',
  text: `
with clock as materialized (select clock_now() as t),
found as materialized (
  select d.broadcast_id, d.openid
  from unnest($1::uuid[]) as asked (b)
  cross join clock
  cross join ${onlyDeliveryOf('asked.b')}
  where ${VERDICT} is not null and $2::text is null and $3::text is null
  order by d.broadcast_id, d.openid limit $6::integer
),
${actOn('$7')}
select broadcast_id, openid, nudge from moved where becomes = 'queued'`,
};

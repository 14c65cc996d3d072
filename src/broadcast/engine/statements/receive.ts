import type { HotStatement } from '../../../database/hot-sql.js';
import { countMoves } from './count-moves.js';

/** WeChat's words for a receipt, normalised, to the state that they lead to. */
const STATE_OF_STATUS = `(case
  when s.status = 'success' then 'delivered'
  else case regexp_replace(lower(s.status), '\\s', '', 'g')
    when 'success' then 'delivered'
    when 'failed:userblock' then 'blocked'
    else 'failed'
  end
end)::delivery_state`;

/**
 * Moves the deliveries that the receipts of a CTE speak of: same msgid, same account, same openid.
 * `mine` holds every delivery found, `moved` those that this changed.
 */
const moveDeliveries = (receipts: string, lane: string): string => `
mine as materialized (
  select d.broadcast_id, d.openid, d.account_id, d.msgid, d.state as was,
    coalesce(d.errcode, 0) as had_errcode, s.create_time, s.status, ${STATE_OF_STATUS} as becomes
  from ${receipts} s
  join delivery d on d.msgid = s.msgid
  where d.account_id = s.account_id and d.openid = s.openid
  order by d.broadcast_id, d.openid
  for update of d
),
moved as (
  update delivery d set
    state = m.becomes,
    receipt_at = m.create_time,
    settled_at = clock.t,
    not_before = null,
    detail = case when m.becomes = 'delivered' then d.detail else m.status end
  from mine m cross join clock
  where d.broadcast_id = m.broadcast_id and d.openid = m.openid
    and m.was in ('accepted', 'unknown')
  returning d.broadcast_id, d.openid, m.was, d.state as becomes, m.had_errcode
),
counted as (${countMoves('moved', lane)}),
gone as (
  delete from delivery_problem p using moved m
  where m.was = 'unknown' and p.broadcast_id = m.broadcast_id and p.state = 'unknown'
    and p.errcode = m.had_errcode and p.openid = m.openid
),
problems as (
  insert into delivery_problem (broadcast_id, state, errcode, openid)
  select broadcast_id, becomes, 0, openid from moved where becomes in ('blocked', 'failed')
  on conflict do nothing
)`;

/**
 * Keeps the receipts of one batch, each once, and moves the deliveries whose reply is already
 * settled. Answers with the receipts that found no delivery: their send may be settling right now,
 * so the caller looks again (`MATCH`) after this has committed.
 *
 * A batch names each (account, msgid, openid) at most once.
 *
 * $1 account ids, $2 msgids, $3 openids, $4 create times, $5 statuses, $6 lane
 */
export const RECEIVE: HotStatement = {
  name: 'receive',
  text: `
with clock as materialized (select clock_now() as t),
said as materialized (
  select * from unnest($1::integer[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[])
    as s (account_id, msgid, openid, create_time, status)
),
${moveDeliveries('said', '$6')},
kept as (
  insert into receipt (account_id, msgid, openid, create_time, status, received_at, broadcast_id, matched_by)
  select s.account_id, s.msgid, s.openid, s.create_time, s.status, clock.t,
    m.broadcast_id, case when m.broadcast_id is not null then 'msgid' end
  from said s cross join clock left join mine m
    on m.msgid = s.msgid and m.account_id = s.account_id and m.openid = s.openid
  on conflict do nothing
  returning account_id, msgid, broadcast_id
)
select account_id, msgid from kept where broadcast_id is null and msgid <> 0`,
};

/**
 * Joins receipts that wait with deliveries that have come to know their msgid. Run after either
 * side has committed; whichever commits last finds the other.
 *
 * $1 account ids, $2 msgids, $3 lane
 */
export const MATCH: HotStatement = {
  name: 'match',
  text: `
with clock as materialized (select clock_now() as t),
asked as materialized (select * from unnest($1::integer[], $2::bigint[]) as a (account_id, msgid)),
waiting as materialized (
  select distinct on (s.account_id, s.msgid, s.openid)
    s.account_id, s.msgid, s.openid, s.create_time, s.status
  from asked a
  -- the limit keeps the planner from reading all that waits and joining afterwards
  cross join lateral (
    select r.account_id, r.msgid, r.openid, r.create_time, r.status from receipt r
    where r.msgid = a.msgid and r.account_id = a.account_id and r.broadcast_id is null
    limit 100
  ) s
  order by s.account_id, s.msgid, s.openid, s.create_time
),
${moveDeliveries('waiting', '$3')},
joined as (
  update receipt r set broadcast_id = m.broadcast_id, matched_by = 'msgid'
  from mine m
  where r.account_id = m.account_id and r.msgid = m.msgid and r.openid = m.openid
    and r.broadcast_id is null
)
select broadcast_id, openid, becomes as state from moved`,
};

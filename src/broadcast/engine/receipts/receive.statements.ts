import type { HotStatement } from '../../../database/hot-sql.js';
import { suppressBlocked } from '../../../followers/suppress-blocked.js';
import { countTallies } from '../count-moves.js';
import { findByMsgid, moveByReceipt } from './move-by-receipt.js';
import { saysBlocked } from './receipt-status.js';

/** A receipt that found no delivery is looked at for the first time after this long. */
const FIRST_LOOK = `interval '60 seconds'`;

/** A receipt for somebody to whom, as far as we know, nothing was sent. */
const contradictions = (lane: string): string => `
contradictions as (
  select broadcast_id, 'contradicted' as what, 1 as delta from joined where was in ('refused', 'skipped')
),
tallied as (${countTallies('contradictions', lane)})`;

export interface ReceivedRow {
  readonly account_id: number;
  readonly msgid: string;
  readonly openid: string;
  /** No delivery has this msgid yet. */
  readonly unmatched: boolean;
  /** It says that its recipient refuses the account's messages. */
  readonly blocked: boolean;
}

/**
 * Keeps the receipts of one batch, each once, moves the deliveries whose reply is already settled, and
 * suppresses who blocks the account. Answers with what the caller has to look after once this has
 * committed: receipts that found no delivery, whose send may be settling right now (`MATCH`), and
 * people who block, who may be following anew right now.
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
${findByMsgid('said')},
${moveByReceipt('$6')},
missed as materialized (
  select s.account_id, s.msgid, s.openid, s.create_time, s.status
  from said s
  where not exists (select from mine m
    where m.msgid = s.msgid and m.account_id = s.account_id and m.openid = s.openid)
),
kept as (
  insert into receipt (account_id, msgid, openid, create_time, status, received_at, broadcast_id,
    matched_by, look_at)
  select s.account_id, s.msgid, s.openid, s.create_time, s.status, clock.t, s.broadcast_id,
    case when s.broadcast_id is not null then 'msgid' end,
    case when s.broadcast_id is null then clock.t + ${FIRST_LOOK} end
  from (
    select account_id, msgid, openid, create_time, status, broadcast_id from mine
    union all
    select account_id, msgid, openid, create_time, status, null from missed
  ) s cross join clock
  -- another process may be storing the same pushes
  order by s.account_id, s.openid collate "C", s.msgid, s.create_time
  on conflict do nothing
  returning account_id, msgid, openid, create_time, status
),
joined as (
  select m.broadcast_id, m.was
  from kept k join mine m on m.msgid = k.msgid and m.account_id = k.account_id and m.openid = k.openid
),
${contradictions('$6')},
blocking as (
  select account_id, openid, create_time from kept where ${saysBlocked('status')}
),
suppressed as (${suppressBlocked('blocking')})
select account_id, msgid, openid, msgid <> 0 as unmatched, ${saysBlocked('status')} as blocked
from missed where msgid <> 0 or ${saysBlocked('status')}
union all
select account_id, msgid, openid, false, true from mine where ${saysBlocked('status')}`,
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
${findByMsgid('waiting')},
${moveByReceipt('$3')},
joined as (
  update receipt r set broadcast_id = m.broadcast_id, matched_by = 'msgid'
  from mine m
  where r.account_id = m.account_id and r.msgid = m.msgid and r.openid = m.openid
    and r.broadcast_id is null
  returning r.broadcast_id, m.was
),
${contradictions('$3')}
select broadcast_id, openid, becomes as state from moved`,
};

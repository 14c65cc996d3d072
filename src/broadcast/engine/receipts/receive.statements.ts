import type { HotStatement } from '../../../database/hot-sql.js';
import { suppressBlocked } from '../../../followers/suppressions/suppress-blocked.js';
import { countMove, countTallies } from '../record/count-moves.js';
import { findByMsgid, findDeliveries, moveByReceipt, stillHas } from './move-by-receipt.js';
import { saysBlocked } from './receipt-status.js';

/** A receipt that found no delivery is matched again for the first time after this long. */
const FIRST_MATCH_AFTER = `interval '60 seconds'`;

/** Such a receipt contradicts its delivery: as far as we know, nothing was sent to that recipient. */
const IS_CONTRADICTED = `was in ('refused', 'skipped')`;

const contradictions = (lane: string): string => `
contradictions as (
  select broadcast_id, 'contradicted' as what, 1 as delta from joined where ${IS_CONTRADICTED}
),
tallied as (${countTallies('contradictions', lane)})`;

/**
 * In plain mode anybody may have sent the push. There a receipt does not prove that another system sends for the account,
 * and it suppresses its openid only once it is matched with a delivery of ours, whose msgid nobody can guess.
 */
export const IS_PROVEN = `account.callback_mode <> 'plain'`;

export interface DeliveredRow {
  readonly account_id: number;
  readonly msgid: string;
  readonly openid: string;
}

/**
 * Stores receipts and moves their deliveries in the usual case: the Status is `success`, and the delivery `accepted`. It
 * returns the receipts that it stored. All others it has left as they were: `RECEIVE` takes them.
 *
 * It locks deliveries in the order of the receipts. The caller sorts them by openid, as other statements lock the
 * deliveries of one broadcast. A batch names each (account, msgid, openid) at most once.
 *
 * $1 account ids, $2 msgids, $3 openids, $4 create times, $5 lane, $6 kinds
 */
export const DELIVER: HotStatement = {
  name: 'deliver',
  text: `
with clock as materialized (select clock_now() as t),
said as materialized (
  select s.*, 'success' as status
  from unnest($1::integer[], $2::bigint[], $3::text[], $4::timestamptz[], $6::text[])
    as s (account_id, msgid, openid, create_time, kind)
),
${findDeliveries('said')},
moved as (
  update delivery d set
    state = 'delivered',
    not_before = null,
    settled_at = clock.t,
    receipt_at = s.create_time,
    detail = null,
    errcode = null,
    rid = null
  from found s cross join clock
  where d.broadcast_id = s.broadcast_id and d.openid = s.openid and ${stillHas('s')}
    and d.state = 'accepted'
  returning d.broadcast_id, s.account_id, s.msgid, s.openid, s.create_time, s.kind
),
counted as (${countMove('moved', '$5', 'accepted', 'delivered')}),
kept as (
  insert into receipt (account_id, msgid, openid, create_time, status, received_at, broadcast_id, matched_by,
    kind)
  select m.account_id, m.msgid, m.openid, m.create_time, 'success', clock.t, m.broadcast_id, 'msgid', m.kind
  from moved m cross join clock
  -- another process may be storing the same pushes
  order by m.account_id, m.openid collate "C", m.msgid, m.create_time
  on conflict do nothing
)
select account_id, msgid, openid from moved`,
};

export interface ReceivedRow extends DeliveredRow {
  /** No delivery has this msgid yet. */
  readonly unmatched: boolean;
  /** It says that its recipient refuses the account's messages. */
  readonly blocked: boolean;
}

/**
 * Stores the receipts of one batch, each once, moves the deliveries whose acceptance is settled already, and suppresses
 * the openids that block the account. It returns what the caller must look after once this has committed: receipts that
 * found no delivery, because its send may be settling right now (`MATCH`), and openids that block, because they may be
 * following anew right now.
 *
 * A batch names each (account, msgid, openid) at most once.
 *
 * $1 account ids, $2 msgids, $3 openids, $4 create times, $5 statuses, $6 lane, $7 kinds
 */
export const RECEIVE: HotStatement = {
  name: 'receive',
  text: `
with clock as materialized (select clock_now() as t),
said as materialized (
  select * from unnest($1::integer[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[],
    $7::text[]) as s (account_id, msgid, openid, create_time, status, kind)
),
${findByMsgid('said')},
${moveByReceipt('$6')},
missed as materialized (
  select s.account_id, s.msgid, s.openid, s.create_time, s.status, s.kind
  from said s
  -- hashed, which an anti-join in a nested loop is not
  where (s.account_id, s.msgid, s.openid) not in (select account_id, msgid, openid from mine)
),
kept as (
  insert into receipt (account_id, msgid, openid, create_time, status, received_at, broadcast_id,
    matched_by, look_at, kind)
  select s.account_id, s.msgid, s.openid, s.create_time, s.status, clock.t, s.broadcast_id,
    case when s.broadcast_id is not null then 'msgid' end,
    case when s.broadcast_id is null then clock.t + ${FIRST_MATCH_AFTER} end, s.kind
  from (
    select account_id, msgid, openid, create_time, status, kind, broadcast_id from mine
    union all
    select account_id, msgid, openid, create_time, status, kind, null from missed
  ) s cross join clock
  -- another process may be storing the same pushes
  order by s.account_id, s.openid collate "C", s.msgid, s.create_time
  on conflict do nothing
  returning account_id, msgid, openid, create_time, status, broadcast_id
),
joined as (
  select m.broadcast_id, m.was
  -- hardly ever any, so that the join costs nothing
  from kept k
  join (select * from mine where ${IS_CONTRADICTED} offset 0) m
    on m.msgid = k.msgid and m.account_id = k.account_id and m.openid = k.openid
),
${contradictions('$6')},
blocking as (
  select account_id, openid, create_time, broadcast_id from kept where ${saysBlocked('status')}
),
suppressed as (${suppressBlocked('blocking', `b.broadcast_id is not null or ${IS_PROVEN}`)})
select account_id, msgid, openid, msgid <> 0 as unmatched, ${saysBlocked('status')} as blocked
from missed where msgid <> 0 or ${saysBlocked('status')}
union all
select account_id, msgid, openid, false, true from mine where ${saysBlocked('status')}`,
};

/**
 * Which of the msgids have a receipt that waits. Hardly any has when its message is settled, and `MATCH`, which
 * writes to many tables, costs several times as much to find that out. $1 account ids, $2 msgids
 */
export const WAITING_RECEIPTS: HotStatement = {
  name: 'waiting-receipts',
  text: `
select a.account_id, a.msgid
from unnest($1::integer[], $2::bigint[]) as a (account_id, msgid)
-- the limit keeps the planner from reading all that waits and joining afterwards
cross join lateral (
  select from receipt r
  where r.msgid = a.msgid and r.account_id = a.account_id and r.broadcast_id is null
  limit 1
) r`,
};

/**
 * Joins waiting receipts with deliveries that have got their msgid. It runs after either side has committed: the side
 * that commits last finds the other.
 *
 * It returns the openids that these receipts say block the account: as with `RECEIVE`, they may be following anew.
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
    s.account_id, s.msgid, s.openid, s.create_time, s.status, s.kind
  from asked a
  -- the limit keeps the planner from reading all that waits and joining afterwards
  cross join lateral (
    select r.account_id, r.msgid, r.openid, r.create_time, r.status, r.kind from receipt r
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
    -- not "is null": that would invite the planner to begin with all that waits
    and num_nulls(r.broadcast_id) = 1
  returning r.broadcast_id, m.was
),
${contradictions('$3')},
blocking as (
  select account_id, openid, create_time from mine where ${saysBlocked('status')}
),
suppressed as (${suppressBlocked('blocking', `not ${IS_PROVEN}`)})
select account_id, openid from blocking`,
};

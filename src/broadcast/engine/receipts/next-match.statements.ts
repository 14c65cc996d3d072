import type { HotStatement } from '../../../database/hot-sql.js';
import { wechatDaySql } from '../../../pacing/wechat-day.js';
import { countTallies } from '../record/count-moves.js';
import { moveByReceipt } from './move-by-receipt.js';
import { IS_PROVEN } from './receive.statements.js';

export interface DueReceipt {
  readonly account_id: number;
  readonly msgid: string;
  readonly openid: string;
  /** As Postgres writes it, to the microsecond: it is part of the key. */
  readonly create_time: string;
}

/**
 * Takes, for this worker alone, the receipts without a delivery whose next match is due: a minute after they came, and
 * then whenever they are twice as old, for a day. A receipt that is given up still counts beside the others of its
 * recipient: of two receipts that may speak of one delivery, neither is ever matched with it.
 *
 * $1 limit
 */
export const TAKE_DUE_RECEIPTS: HotStatement = {
  name: 'take-due-receipts',
  text: `
with clock as materialized (select clock_now() as t),
due as materialized (
  select r.account_id, r.msgid, r.openid, r.create_time from receipt r
  where r.broadcast_id is null and r.look_at <= (select t from clock)
  order by r.look_at limit $1::integer
  for update skip locked
)
update receipt r set look_at = case when r.received_at > clock.t - interval '1 day'
  then clock.t + greatest(interval '1 minute', clock.t - r.received_at) else 'infinity' end
from due cross join clock
where r.account_id = due.account_id and r.msgid = due.msgid and r.openid = due.openid
  and r.create_time = due.create_time
returning r.account_id, r.msgid, r.openid, r.create_time::text`,
};

/** A message's receipt comes within ten minutes of its sending; clocks may differ by half a minute. */
const EARLIEST = `interval '10 minutes'`;
/** And within two hours where WeChat reviews it first. */
const REVIEW = `interval '2 hours'`;
const LATEST = `interval '30 seconds'`;
/** A receipt whose recipient has more deliveries than this in that time is not matched. */
const MAX_CANDIDATES = 100;

/**
 * Whether WeChat may have sent a delivery. A refusal proves that it did not. A delivery that was never claimed, or came
 * back with proof, was not sent either, unless WeChat accepted an earlier attempt group of it.
 */
const MAY_BE_SENT = `d.state not in ('refused', 'skipped')
    and (d.state not in ('pending', 'queued') or d.in_doubt_since is not null or d.attempt_group > 0)`;

/** Whether WeChat ever had it under review, no other msgid is known of it, and it is not refused now. */
const MAY_BE_REVIEWED = `d.reviewed_at is not null and d.state <> 'refused'
    and (a.msgid = 0 or d.msgid is null or d.msgid = a.msgid)`;

/** Which of WeChat's events tells of a channel's messages. */
const KIND_OF_CHANNEL = `case when b.channel in ('subscribe', 'bizsend') then 'subscription' else 'template' end`;

/** The WeChat days on which a receipt's message may have been sent. */
const DAYS = `(${wechatDaySql('w.create_time', '$6::integer')},
          ${wechatDaySql(`(w.create_time - ${REVIEW})`, '$6::integer')})`;

/**
 * Settles deliveries by time where no msgid can (decision 0013): a receipt whose msgid nobody knows speaks of a delivery
 * without msgid (one with MsgID 0 also of one that has one), if exactly one delivery to that openid could be its
 * message, no other receipt of theirs waits in that time, and no other system sends for the account. Where the only
 * delivery of those minutes was refused or skipped, the receipt contradicts it. A message that has had its receipt has
 * no need of another: copies with another time are put beside it.
 *
 * $1 account ids, $2 msgids, $3 openids, $4 create times, $5 lane, $6 hour at which the quota day begins
 */
export const MATCH_BY_TIME: HotStatement = {
  name: 'match-by-time',
  text: `
with clock as materialized (select clock_now() as t),
asked as materialized (
  select * from unnest($1::integer[], $2::bigint[], $3::text[], $4::timestamptz[])
    as a (account_id, msgid, openid, create_time)
),
waiting as materialized (
  select r.account_id, r.msgid, r.openid, r.create_time, r.status, r.kind,
    told.broadcast_id as told_of, told.matched_by as told_by
  from asked a
  -- the limits keep the planner from reading all that waits and joining afterwards
  cross join lateral (
    select * from receipt r
    where r.account_id = a.account_id and r.msgid = a.msgid and r.openid = a.openid
      and r.create_time = a.create_time
    limit 1
  ) r
  left join lateral (
    select t.broadcast_id, t.matched_by from receipt t
    where t.account_id = a.account_id and t.msgid = a.msgid and t.openid = a.openid
      and t.broadcast_id is not null and a.msgid <> 0
    limit 1
  ) told on true
  where r.broadcast_id is null and r.look_at < 'infinity'
),
strange as materialized (
  -- of people to whom we sent nothing: another system sends for the account, or in plain mode anybody says so
  select distinct w.account_id, ${wechatDaySql('w.create_time', '$6::integer')} as day
  from waiting w
  join account on account.id = w.account_id and ${IS_PROVEN}
  left join lateral (
    select true as ours from delivery d
    where d.openid = w.openid and d.account_id = w.account_id
    limit 1
  ) known on true
  where known.ours is null
),
strangers as (
  insert into stranger_receipt (account_id, day)
  select account_id, day from strange order by 1, 2
  on conflict do nothing
),
alone as materialized (
  select w.* from waiting w
  where w.told_of is null
    -- No "not exists", which the planner may answer from the side of all that waits. A range and an order of both
    -- columns, which one index alone has: by the statistics all that wait are none, and every index as good.
    and (
      select true from receipt o
      where (o.openid, o.account_id) >= (w.openid, w.account_id)
        and (o.openid, o.account_id) <= (w.openid, w.account_id)
        and o.broadcast_id is null and o.look_at is not null
        and (o.msgid <> w.msgid or (o.msgid = 0 and o.create_time <> w.create_time))
        and o.create_time >= w.create_time - (${REVIEW} + ${LATEST})
        and o.create_time <= w.create_time + (${REVIEW} + ${LATEST})
      order by o.openid, o.account_id limit 1) is null
    and not exists (
      select from quota_day q
      where q.account_id = w.account_id and q.day in ${DAYS}
        and q.others > greatest(10, q.ours * 0.01))
    and not exists (
      select from stranger_receipt x where x.account_id = w.account_id and x.day in ${DAYS})
    and not exists (
      select from strange x where x.account_id = w.account_id and x.day in ${DAYS})
),
near as materialized (
  select a.account_id, a.msgid, a.openid, a.create_time, a.status, a.kind, d.broadcast_id, d.state,
    d.msgid as own_msgid, coalesce(d.in_doubt_since, d.claimed_at) as since,
    ${MAY_BE_REVIEWED} as reviewed,
    d.claimed_at >= a.create_time - ${EARLIEST} as lately,
    ${MAY_BE_SENT} as may_be_sent
  from alone a
  cross join lateral (
    select d.broadcast_id, d.state, d.msgid, d.in_doubt_since, d.claimed_at, d.reviewed_at, d.attempt_group
    from delivery d
    where d.openid = a.openid and d.account_id = a.account_id
      and d.claimed_at >= a.create_time - ${REVIEW}
      and coalesce(d.in_doubt_since, d.claimed_at) <= a.create_time + ${LATEST}
    limit ${MAX_CANDIDATES}
  ) d
),
weighed as materialized (
  select n.*, n.reviewed or (n.may_be_sent and n.lately) as possible,
    count(*) over one as rows, count(*) filter (where n.lately) over one as recent,
    count(*) filter (where n.reviewed or (n.may_be_sent and n.lately)) over one as candidates
  from near n
  window one as (partition by n.account_id, n.msgid, n.openid, n.create_time)
),
chosen as materialized (
  select distinct on (w.broadcast_id, w.openid) w.*
  from weighed w
  join broadcast b on b.id = w.broadcast_id
  where w.rows < ${MAX_CANDIDATES} and w.kind = ${KIND_OF_CHANNEL}
    and case when w.possible
      then w.candidates = 1
        and w.since >= w.create_time - case when w.reviewed then ${REVIEW} else ${EARLIEST} end
        and ((w.own_msgid is null and w.state in ('accepted', 'reviewing', 'unknown'))
          or (w.msgid = 0 and w.state in ('accepted', 'reviewing')))
      else w.candidates = 0 and w.recent = 1 and w.lately and w.state in ('refused', 'skipped') end
  order by w.broadcast_id, w.openid, w.create_time
),
again as materialized (select null::uuid as id where false),
mine as materialized (
  select d.broadcast_id, d.openid, d.account_id, nullif(c.msgid, 0) as msgid, d.state as was, d.attempt_group,
    d.reviewed_at, coalesce(d.errcode, 0) as had_errcode, c.create_time, c.status, false as may_resend
  from chosen c
  join delivery d on d.broadcast_id = c.broadcast_id and d.openid = c.openid
  where (d.msgid is null and d.state in ('accepted', 'reviewing', 'unknown'))
    or (c.msgid = 0 and d.state in ('accepted', 'reviewing'))
  order by d.broadcast_id, d.openid
  for update of d
),
${moveByReceipt('$5')},
joins as materialized (
  select c.account_id, c.msgid, c.openid, c.create_time, c.broadcast_id,
    case when c.reviewed then 'review' else 'time' end as by, c.state
  from chosen c
  where not c.possible
    or exists (select from moved m where m.broadcast_id = c.broadcast_id and m.openid = c.openid)
  union all
  select account_id, msgid, openid, create_time, told_of, told_by, null
  from waiting where told_of is not null
),
joined as (
  -- no condition on broadcast_id: it would invite the planner to begin with all that waits
  update receipt r set broadcast_id = coalesce(r.broadcast_id, j.broadcast_id),
    matched_by = coalesce(r.matched_by, j.by)
  from joins j
  where r.account_id = j.account_id and r.msgid = j.msgid and r.openid = j.openid
    and r.create_time = j.create_time
  returning r.broadcast_id, j.state
),
contradictions as (
  select broadcast_id, 'contradicted' as what, 1 as delta from joined
  where state in ('refused', 'skipped')
),
tallied as (${countTallies('contradictions', '$5')})
select broadcast_id, openid, becomes as state from moved`,
};

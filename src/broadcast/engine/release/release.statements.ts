import { SPEAKS } from '../record/states.js';
import type { HotStatement } from '../../../database/hot-sql.js';
import { quotaLeft } from '../../../pacing/quota-left.js';
import { wechatDaySql } from '../../../pacing/wechat-day.js';
import { countMoves, countTallies } from '../record/count-moves.js';
import { ALIVE } from '../record/live-processes.js';
import { whyUnreachable } from '../record/why-unreachable.js';
import { deliveriesOf, onlyDeliveryOf } from '../record/delivery-range.js';

/** Rows read beyond those asked for, so that a run of skipped recipients does not slow a release. */
const LOOK_AHEAD = 200;
/** Of so many next rows usually all are pending; where they are, the statement reads no further ahead. */
const NEAR = 8;

/** Leases in one transaction; other workers can take further ones meanwhile. */
const MAX_LEASES = 256;

/** A recipient who left or was suppressed meanwhile is skipped, unless an earlier call is still in doubt. */
const WHY_NOT = `case when d.in_doubt_since is null
    then ${whyUnreachable('d')} end as why_not`;

/**
 * Moves the rows of a CTE `mine`, which names them in the order in which they are locked. A row that is not `pending`
 * any more stays as it is.
 */
const queueThem = (lane: string): string => `
moved as (
  update delivery d set
    state = (case when m.why_not is null then 'queued' else 'skipped' end)::delivery_state,
    nudge = d.nudge + (m.why_not is null)::integer,
    queued_at = case when m.why_not is null then clock.t else d.queued_at end,
    not_before = case when m.why_not is null then d.not_before end,
    settled_at = case when m.why_not is not null then clock.t end,
    detail = coalesce(m.why_not, d.detail)
  from mine m cross join clock
  where d.broadcast_id = m.broadcast_id and d.openid = m.openid and d.state = 'pending'
  returning d.broadcast_id, d.openid, d.nudge, 'pending'::delivery_state as was, d.state as becomes, m.why_not
),
counted as (${countMoves('moved', lane)}),
skips as (
  select broadcast_id, 'skipped:' || why_not as what, 1 as delta from moved where why_not is not null
),
skipped as (${countTallies('skips', lane)})`;

/**
 * Hands out rows that came back once and are due again, of any number of broadcasts.
 * $1 broadcast ids, $2 how many of each, $3 lane
 */
export const RELEASE_DUE: HotStatement = {
  name: 'release-due',
  text: `
with clock as materialized (select clock_now() as t),
due as materialized (
  select d.broadcast_id, d.openid, d.account_id, d.in_doubt_since
  from unnest($1::uuid[], $2::integer[]) asked (b, wanted)
  cross join clock
  cross join lateral (
    select r.broadcast_id, r.openid, r.account_id, r.in_doubt_since from delivery r
    where r.broadcast_id = asked.b and r.not_before <= clock.t and r.state = 'pending'
    order by r.broadcast_id, r.not_before limit asked.wanted
  ) d
),
mine as materialized (
  select d.broadcast_id, d.openid, ${WHY_NOT} from due d order by d.broadcast_id, d.openid
),
${queueThem('$3')}
select broadcast_id, openid, nudge from moved where becomes = 'queued'`,
};

/**
 * Hands out rows beyond the cursors of any number of broadcasts, in openid order, and moves the cursors with them. A
 * cursor passes a row only if it was handed out or is not `pending`. The statement reads far ahead only where some of
 * the next rows are not `pending`.
 *
 * $1 broadcast ids, $2 cursors, $3 how many of each, $4 lane
 */
export const RELEASE_NEXT: HotStatement = {
  name: 'release-next',
  text: `
with clock as materialized (select clock_now() as t),
asked as materialized (
  select a.b, a.reached, a.wanted from unnest($1::uuid[], $2::text[], $3::integer[]) a (b, reached, wanted)
),
page as materialized (
  select r.broadcast_id, r.openid, r.state, r.account_id, r.in_doubt_since, asked.wanted
  from asked
  cross join lateral (
    select count(*) filter (where n.state <> 'pending') as closed from (
      select d.state from delivery d
      where ${deliveriesOf('asked.b', 'asked.reached')}
      order by d.broadcast_id, d.openid limit ${NEAR}
    ) n
  ) near
  cross join lateral (
    select d.broadcast_id, d.openid, d.state, d.account_id, d.in_doubt_since from delivery d
    where ${deliveriesOf('asked.b', 'asked.reached')}
    order by d.broadcast_id, d.openid
    limit asked.wanted + case when near.closed > 0 then ${LOOK_AHEAD} else ${NEAR} end
  ) r
),
passed as materialized (
  select * from (
    select page.*, count(*) filter (where state = 'pending')
      over (partition by broadcast_id order by openid) as nth
    from page
  ) numbered
  where nth <= wanted
),
mine as materialized (
  select d.broadcast_id, d.openid, ${WHY_NOT} from passed d where d.state = 'pending'
  order by d.broadcast_id, d.openid
),
${queueThem('$4')},
reached as (
  insert into broadcast_cursor (broadcast_id, released_to, handed_out, swept_at)
  select p.broadcast_id, max(p.openid), (select count(*) from moved m
    where m.becomes = 'queued' and m.broadcast_id = p.broadcast_id), '-infinity'
  from passed p group by p.broadcast_id order by p.broadcast_id
  on conflict (broadcast_id) do update set released_to = excluded.released_to,
    handed_out = broadcast_cursor.handed_out + excluded.handed_out
)
select broadcast_id, openid, nudge from moved where becomes = 'queued'`,
};

/** Rows that came back and are due, for a broadcast whose account has a contact cap. $1 broadcast, $2 how many */
export const CAPPED_DUE: HotStatement = {
  name: 'capped-due',
  text: `
with clock as materialized (select clock_now() as t)
select d.openid, d.in_doubt_since is not null as in_doubt
from clock cross join lateral (
  select r.openid, r.in_doubt_since from delivery r
  where r.broadcast_id = $1 and r.not_before <= clock.t and r.state = 'pending'
  order by r.broadcast_id, r.not_before limit $2::integer
) d`,
};

/** Rows beyond its cursor. $1 broadcast, $2 cursor, $3 how many */
export const CAPPED_NEXT: HotStatement = {
  name: 'capped-next',
  text: `
select d.openid, d.state = 'pending' as pending, d.in_doubt_since is not null as in_doubt from delivery d
where ${deliveriesOf('$1::uuid', '$2::text')}
order by d.broadcast_id, d.openid limit $3::integer + ${LOOK_AHEAD}`,
};

/**
 * Hands out the rows of one broadcast that were judged by its account's contact cap: \`go\`, \`over\` (it has been reached:
 * skipped) or \`later\` (by what is on its way: looked at again in a minute). The cursor moves with them where one is given.
 *
 * $1 broadcast id, $2 openids, $3 verdicts, $4 cursor or null, $5 lane
 */
export const RELEASE_JUDGED: HotStatement = {
  name: 'release-judged',
  text: `
with clock as materialized (select clock_now() as t),
given as materialized (
  select $1::uuid as broadcast_id, g.openid, g.verdict from unnest($2::text[], $3::text[]) g (openid, verdict)
),
mine as materialized (
  select d.broadcast_id, d.openid, case when d.in_doubt_since is null
    then coalesce(${whyUnreachable('d')}, case when g.verdict = 'over' then 'contact_cap' end) end as why_not
  from given g
  cross join lateral (
    select r.broadcast_id, r.openid, r.account_id, r.in_doubt_since from delivery r
    where r.broadcast_id = g.broadcast_id and r.openid = g.openid and r.state = 'pending'
  ) d
  where g.verdict <> 'later'
  order by d.broadcast_id, d.openid
),
${queueThem('$5')},
put_off as (
  update delivery d set not_before = clock.t + interval '60 seconds'
  from given g cross join clock
  where d.broadcast_id = g.broadcast_id and d.openid = g.openid and d.state = 'pending' and g.verdict = 'later'
),
reached as (
  insert into broadcast_cursor (broadcast_id, released_to, handed_out, swept_at)
  select $1::uuid, $4::text, (select count(*) from moved m where m.becomes = 'queued'), '-infinity'
  where $4::text is not null
  on conflict (broadcast_id) do update set released_to = excluded.released_to,
    handed_out = broadcast_cursor.handed_out + excluded.handed_out
)
select broadcast_id, openid, nudge from moved where becomes = 'queued'`,
};

/**
 * Hands out single messages, the oldest first, any number in one statement. Each has one row, which is new, or came
 * back and is due.
 *
 * $1 broadcast ids, $2 how many, $3 lane
 */
export const RELEASE_SINGLES: HotStatement = {
  name: 'release-singles',
  text: `
with clock as materialized (select clock_now() as t),
mine as materialized (
  select d.broadcast_id, d.openid, ${WHY_NOT}
  from unnest($1::uuid[]) as asked (b)
  cross join clock
  cross join ${onlyDeliveryOf('asked.b')}
  where d.state = 'pending' and (d.not_before is null or d.not_before <= clock.t)
  order by d.broadcast_id, d.openid limit $2::integer
),
${queueThem('$3')},
reached as (
  insert into broadcast_cursor (broadcast_id, released_to, handed_out, swept_at)
  select broadcast_id, openid, 1, '-infinity' from moved
  on conflict (broadcast_id) do update set released_to = excluded.released_to
)
select broadcast_id, openid, nudge from moved where becomes = 'queued'`,
};

/**
 * Takes the leases of the accounts that are due, except those that another worker has. With each lease comes what all
 * accounts together are at: how many wait, and how many jobs they have queued.
 *
 * $1 account ids, $2 default cap
 */
export const TAKE_LEASES: HotStatement = {
  name: 'take-leases',
  text: `
with clock as materialized (select clock_now() as t),
everybody as materialized (
  select coalesce(sum(queued), 0)::float8 as queued, count(*) filter (where waiting)::float8 as waiting
  from release_turn where account_id = any ($1::integer[])
)
select turn.account_id, turn.credit, turn.waiting, turn.queued::float8 as queued,
  everybody.waiting as all_waiting, everybody.queued as all_queued,
  p.rate, p.single_file, p.fell_at is not null as backed_off,
  coalesce(a.sends_per_second, $2::integer)::float8 as cap,
  greatest(0, extract(epoch from clock.t - turn.released_at))::float8 as since_release,
  extract(epoch from clock.t - greatest(p.refilled_at, p.paused_until))::float8 as silent_for,
  extract(epoch from clock.t - p.rate_changed_at)::float8 as since_rate_change,
  (a.held_at is not null or a.fault is not null or coalesce(p.paused_until > clock.t, false)) as stopped,
  a.policy -> 'contactCap' as contact_cap
from clock cross join everybody cross join release_turn turn
join account a on a.id = turn.account_id
join pace p on p.account_id = turn.account_id
where turn.account_id = any ($1::integer[]) and turn.due_at <= clock.t
order by turn.account_id
limit ${MAX_LEASES}
for update of turn skip locked`,
};

/** The broadcasts that accounts have begun and not closed, with the sums of their counters. $1 account ids */
export const OPEN_BROADCASTS: HotStatement = {
  name: 'open-broadcasts',
  text: `
select b.account_id, b.id, b.state = 'running' as running, b.expanded_at is not null as expanded,
  b.purpose <> 'broadcast' as priority, b.purpose = 'single' as single,
  exists (select from broadcast_hold h where h.broadcast_id = b.id)
    or coalesce(b.sends_until <= clock_now(), false) as held,
  b.channel, b.purpose = 'broadcast' and coalesce(l.learned_at < b.started_at, true)
    and b.started_at > clock_now() - interval '3 seconds' as awaits_quota,
  case when b.canary is not null and b.canary_passed_at is null
    then greatest(0, coalesce(b.canary_size, 0) - coalesce(c.handed_out, 0))::float8 end as canary_capacity,
  b.sends_per_second as own_cap, coalesce(c.credit, 0) as credit, b.contact_cap is not null as beyond_cap,
  coalesce(c.released_to, '') as released_to,
  n.pending, n.queued, n.sending, n.progressed
from unnest($1::integer[]) asked (account_id)
join broadcast b on b.account_id = asked.account_id
left join quota_limit l on l.account_id = b.account_id and l.channel = b.channel
left join broadcast_cursor c on c.broadcast_id = b.id
cross join lateral (
  select coalesce(sum(pending), 0)::float8 as pending, coalesce(sum(queued), 0)::float8 as queued,
    coalesce(sum(sending), 0)::float8 as sending,
    coalesce(sum(sending + accepted + delivered + blocked + failed + refused + unknown), 0)::float8
      as progressed
  from broadcast_counter where broadcast_id = b.id
) n
where b.closed_at is null
  and (b.started_at is not null or b.state = 'cancelled')
order by b.id`,
};

/** $1 broadcast ids, $2 what their own caps let them hand out */
export const KEEP_CREDITS: HotStatement = {
  name: 'keep-credits',
  text: `
insert into broadcast_cursor (broadcast_id, credit, swept_at)
select b, credit, '-infinity' from unnest($1::uuid[], $2::float8[]) a (b, credit) order by b
on conflict (broadcast_id) do update set credit = excluded.credit`,
};

/**
 * Writes what each lease leaves for the next one. A lease is dated by its beginning: otherwise what the rate yields
 * while it lasts would be lost.
 *
 * $1 account ids, $2 what the rate lets them hand out, $3 seconds between the lease before and this one,
 * $4 seconds until the next one, $5 whether the account could have used more, $6 jobs queued
 */
export const END_LEASES: HotStatement = {
  name: 'end-leases',
  text: `
update release_turn turn set credit = a.credit,
  released_at = turn.released_at + make_interval(secs => a.since),
  due_at = turn.released_at + make_interval(secs => a.since + a.next_in),
  waiting = a.waiting, queued = a.queued
from unnest($1::integer[], $2::float8[], $3::float8[], $4::float8[], $5::boolean[], $6::integer[])
  a (account_id, credit, since, next_in, waiting, queued)
where turn.account_id = a.account_id`,
};

/**
 * How many messages accounts may still send today by the given channels, a number or `infinity`. It is read after the
 * counters: a claim that commits between the two is then counted twice, and never missed.
 *
 * $1 account ids, $2 channels, $3 hour at which the quota starts anew
 */
export const QUOTA_LEFT: HotStatement = {
  name: 'quota-left',
  text: `
with clock as materialized (select clock_now() as t)
select used.account_id, used.channel, ${quotaLeft('l', 'a', 'q')} as left
from clock cross join unnest($1::integer[], $2::text[]) used (account_id, channel)
join account a on a.id = used.account_id
left join quota_limit l on l.account_id = a.id and l.channel = used.channel
left join quota_day q on q.account_id = a.id and q.channel = used.channel
  and q.day = ${wechatDaySql('clock.t', '$3::integer')}`,
};

/** The live workers' slots, all together. $1 this process, $2 its slots */
export const COUNT_SLOTS: HotStatement = {
  name: 'count-slots',
  text: `
with gone as (
  delete from worker_process where seen_at < clock_now() - interval '1 hour'
),
mine as (
  insert into worker_process (id, slots, speaks, seen_at)
  values ($1::text, $2::integer, ${SPEAKS}, clock_now())
  on conflict (id) do update
    set seen_at = excluded.seen_at, slots = excluded.slots, speaks = excluded.speaks
)
select coalesce(sum(slots), 0)::float8 + $2::integer as slots from worker_process
where id <> $1::text and seen_at > clock_now() - ${ALIVE}`,
};

/** $1 this process */
export const FORGET_SLOTS: HotStatement = {
  name: 'forget-slots',
  text: `delete from worker_process where id = $1::text`,
};

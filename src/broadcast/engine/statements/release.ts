import type { HotStatement } from '../../../database/hot-sql.js';
import { countMoves } from './count-moves.js';

/** Rows read beyond those asked for, so that a run of skipped recipients does not slow a release. */
const LOOK_AHEAD = 200;

const queueThem = (lane: string): string => `
moved as (
  update delivery d set state = 'queued', nudge = d.nudge + 1, queued_at = clock.t
  from mine m cross join clock
  where d.broadcast_id = m.broadcast_id and d.openid = m.openid
  returning d.broadcast_id, d.openid, d.nudge, m.was, d.state as becomes
),
counted as (${countMoves('moved', lane)})`;

/**
 * Hands out rows that once came back and are due again. $1 broadcast id, $2 how many, $3 lane
 */
export const RELEASE_DUE: HotStatement = {
  name: 'release-due',
  text: `
with clock as materialized (select clock_now() as t),
due as materialized (
  select d.broadcast_id, d.openid from delivery d
  where d.broadcast_id = $1::uuid and d.not_before <= (select t from clock) and d.state = 'pending'
  order by d.broadcast_id, d.not_before limit $2::integer
),
mine as materialized (
  select d.broadcast_id, d.openid, d.state as was
  from due join delivery d on d.broadcast_id = due.broadcast_id and d.openid = due.openid
  where d.state = 'pending'
  order by d.broadcast_id, d.openid
  for update of d
),
${queueThem('$3')}
select openid, nudge from moved`,
};

/**
 * Hands out rows beyond the cursor, in openid order, and moves the cursor with them. A row is passed
 * only if it was handed out or is not `pending`.
 *
 * $1 broadcast id, $2 cursor, $3 how many, $4 lane
 */
export const RELEASE_NEXT: HotStatement = {
  name: 'release-next',
  text: `
with clock as materialized (select clock_now() as t),
page as materialized (
  select d.broadcast_id, d.openid, d.state from delivery d
  where d.broadcast_id = $1::uuid and d.openid > $2::text collate "C"
  order by d.broadcast_id, d.openid limit $3::integer + ${LOOK_AHEAD}
),
passed as materialized (
  select broadcast_id, openid, state from (
    select broadcast_id, openid, state, count(*) filter (where state = 'pending') over (order by openid) as nth
    from page
  ) numbered
  where nth <= $3::integer
),
mine as materialized (
  select d.broadcast_id, d.openid, d.state as was
  from passed p join delivery d on d.broadcast_id = p.broadcast_id and d.openid = p.openid
  where p.state = 'pending' and d.state = 'pending'
  order by d.broadcast_id, d.openid
  for update of d
),
${queueThem('$4')},
reached as (
  insert into broadcast_cursor (broadcast_id, released_to, swept_at)
  select broadcast_id, max(openid), '-infinity' from passed group by broadcast_id
  on conflict (broadcast_id) do update set released_to = excluded.released_to
)
select openid, nudge from moved`,
};

/**
 * The turn of one account, or no row where another worker has it. $1 account id, $2 default cap
 */
export const TAKE_TURN: HotStatement = {
  name: 'take-turn',
  text: `
with clock as materialized (select clock_now() as t)
select turn.credit, p.rate,
  coalesce(a.sends_per_second, $2::integer)::float8 as cap,
  extract(epoch from clock.t - turn.released_at)::float8 as since_release,
  extract(epoch from clock.t - p.rate_changed_at)::float8 as since_rate_change,
  (a.held_at is not null or a.fault is not null or coalesce(p.paused_until > clock.t, false)) as stopped
from clock cross join release_turn turn
join account a on a.id = turn.account_id
join pace p on p.account_id = turn.account_id
where turn.account_id = $1::integer
for update of turn skip locked`,
};

/** What an account has begun and not closed, with the sums of its counters. $1 account id */
export const OPEN_BROADCASTS: HotStatement = {
  name: 'open-broadcasts',
  text: `
select b.id, b.state = 'running' as running, b.expanded_at is not null as expanded,
  exists (select from broadcast_hold h where h.broadcast_id = b.id) as held,
  b.sends_per_second as own_cap, coalesce(c.credit, 0) as credit,
  coalesce(c.released_to, '') as released_to,
  n.pending, n.queued, n.sending, n.progressed
from broadcast b
left join broadcast_cursor c on c.broadcast_id = b.id
cross join lateral (
  select coalesce(sum(pending), 0)::float8 as pending, coalesce(sum(queued), 0)::float8 as queued,
    coalesce(sum(sending), 0)::float8 as sending,
    coalesce(sum(sending + accepted + delivered + blocked + failed + refused + unknown), 0)::float8
      as progressed
  from broadcast_counter where broadcast_id = b.id
) n
where b.account_id = $1::integer and b.closed_at is null and b.started_at is not null
order by b.id`,
};

/** $1 broadcast id, $2 what its own cap lets it hand out */
export const KEEP_CREDIT: HotStatement = {
  name: 'keep-credit',
  text: `
insert into broadcast_cursor (broadcast_id, credit, swept_at)
values ($1::uuid, $2::float8, '-infinity')
on conflict (broadcast_id) do update set credit = excluded.credit`,
};

/** $1 account id, $2 what the rate lets it hand out */
export const END_TURN: HotStatement = {
  name: 'end-turn',
  text: `update release_turn set credit = $2::float8, released_at = clock_now() where account_id = $1::integer`,
};

import type { HotStatement } from '../../../database/hot-sql.js';
import { bucketSize, claimedAhead } from '../../../pacing/bucket.js';
import { dailyBudget, quotaLeft } from '../../../pacing/quota-left.js';
import { wechatDaySql } from '../../../pacing/wechat-day.js';
import { countErrors, countMoves, countTallies } from '../record/count-moves.js';

/** A row in doubt for this long is never sent again: WeChat remembers a client_msg_id for ten minutes. */
export const DOUBT_LIMIT = `interval '9 minutes'`;

export interface GrantedClaim {
  readonly broadcast_id: string;
  readonly openid: string;
  readonly attempts: number;
  /** The attempts that count against the recipient's tries. */
  readonly tries: number;
  readonly attempt_group: number;
  readonly vars: Record<string, string> | null;
  /** How long the row was already in doubt when it was claimed. */
  readonly doubt_ms: number;
  /** The message must not go out before its token comes, in so many milliseconds. */
  readonly wait_ms: number;
}

/**
 * Claims the deliveries of one flush: `queued → sending` for those whose nudge is the job's, while no hold stands, the
 * hours are right, and the account's bucket has a token and its day a call. Others of these nudges go back to
 * `pending`, to `skipped` (cancelled) or to `unknown` (too long in doubt). A claim may be granted a moment ahead of its
 * token, and then waits for it. The row locks of bucket and day, taken before any delivery's, put the flushes of all
 * workers in order; a call counts for the day of its claim, by channel.
 *
 * $1 broadcast ids, $2 openids, $3 nudges, $4 lane, $5 cap of an account that names none,
 * $6 hour at which the daily quota starts anew
 */
export const CLAIM: HotStatement = {
  name: 'claim',
  text: `
with clock as materialized (select clock_now() as t),
asked as materialized (
  select a.b, a.o, a.n from unnest($1::uuid[], $2::text[], $3::integer[]) as a (b, o, n)
),
paced as materialized (
  select p.account_id, p.tokens, p.refilled_at, p.paused_until, p.rate, p.stops, p.days_opened,
    ${wechatDaySql('clock.t', '$6::integer')} as day
  from pace p cross join clock
  where p.account_id = any (array(
    select b.account_id from broadcast b where b.id = any (array(select distinct b from asked))
  ))
  order by p.account_id
  for update of p
),
days as materialized (
  select q.account_id, q.channel, q.ours, q.others, q.cleared, q.spent_at
  from paced p join quota_day q on q.account_id = p.account_id and q.day = p.day
  where q.channel = any (array(
    select b.channel from broadcast b where b.id = any (array(select distinct b from asked))
  ))
  order by q.account_id, q.channel
  for update of q
),
gate as materialized (
  select b.id, b.account_id, b.channel, b.state, rated.rate, p.day, q.account_id is null as opens_day,
    -- a claim that we waited for may have opened the day: its row is there, and we cannot see it
    case when q.account_id is null and p.days_opened <> before.days_opened
        and ${dailyBudget('l', 'a')} < 'infinity' then 0
      else ${quotaLeft('l', 'a', 'q')} end as quota_left,
    ${claimedAhead('rated.rate')} as ahead,
    -- no debt is left of a rate that was higher
    least(${bucketSize('rated.rate')}, greatest(p.tokens, -${claimedAhead('rated.rate')})
      + rated.rate * greatest(0, extract(epoch from clock.t - p.refilled_at))) as available,
    -- the row that we waited for, and the row as it was when we began
    p.stops = before.stops
      and b.state = 'running'
      and a.held_at is null and a.fault is null
      and (p.paused_until is null or p.paused_until <= clock.t)
      and (b.sends_until is null or b.sends_until > clock.t)
      and not exists (select from broadcast_hold h where h.broadcast_id = b.id) as open
  from paced p
  cross join clock
  join account a on a.id = p.account_id
  join pace before on before.account_id = p.account_id
  cross join lateral (
    select least(p.rate, coalesce(a.sends_per_second, $5::float8)) as rate
  ) rated
  join broadcast b on b.account_id = p.account_id
    and b.id = any (array(select distinct b from asked))
  left join days q on q.account_id = p.account_id and q.channel = b.channel
  left join quota_limit l on l.account_id = p.account_id and l.channel = b.channel
),
mine as materialized (
  select d.broadcast_id, d.openid, d.nudge, d.in_doubt_since, g.account_id, g.channel,
    g.state as broadcast_state, g.open, g.available, g.ahead, g.rate, g.quota_left
  from asked
  join gate g on g.id = asked.b
  join delivery d on d.broadcast_id = asked.b and d.openid = asked.o
  where d.state = 'queued' and d.nudge = asked.n
),
judged as materialized (
  select m.*,
    case
      when m.in_doubt_since <= clock.t - ${DOUBT_LIMIT} then 'unknown'
      when m.broadcast_state = 'cancelled' and m.in_doubt_since is not null then 'unknown'
      when m.broadcast_state = 'cancelled' then 'skipped'
      when not m.open then 'held'
      else 'fits'
    end as verdict
  from mine m cross join clock
),
chosen as materialized (
  -- any other order would let one broadcast of the account have what there is
  select j.*, random() as lot from judged j
),
counted_out as materialized (
  select d.*, d.verdict = 'fits' and d.quota_left < row_number() over (
      partition by d.account_id, d.channel, d.verdict order by d.lot) as no_call_left
  from chosen d
),
ranked as materialized (
  select c.*, row_number() over (
      partition by c.account_id, c.verdict, c.no_call_left order by c.lot) as place
  from counted_out c
),
verdicts as materialized (
  select r.broadcast_id, r.openid, r.nudge, r.account_id, r.channel,
    case
      when r.no_call_left then 'held'
      when r.verdict = 'fits' and r.place > r.available + r.ahead then 'later'
      else r.verdict
    end as verdict,
    greatest(0, (r.place - r.available) / r.rate) as wait
  from ranked r cross join clock
  order by r.broadcast_id, r.openid
),
moved as (
  update delivery d set
    state = (case v.verdict
      when 'fits' then 'sending' when 'held' then 'pending' when 'later' then 'pending'
      else v.verdict end)::delivery_state,
    attempts = d.attempts + (v.verdict = 'fits')::integer,
    claimed_at = case when v.verdict = 'fits' then clock.t else d.claimed_at end,
    in_doubt_since = case when v.verdict = 'fits'
      then coalesce(d.in_doubt_since, clock.t) else d.in_doubt_since end,
    not_before = case v.verdict
      when 'fits' then d.not_before when 'held' then clock.t when 'later'
        then clock.t + make_interval(secs => v.wait) end,
    settled_at = case when v.verdict in ('unknown', 'skipped') then clock.t end,
    detail = case when v.verdict = 'skipped' then 'cancelled' else d.detail end
  from verdicts v cross join clock
  where d.broadcast_id = v.broadcast_id and d.openid = v.openid
    -- as it was when we looked: nothing else moves such a row and leaves it queued for this nudge
    and d.state = 'queued' and d.nudge = v.nudge
  returning d.broadcast_id, d.openid, 'queued'::delivery_state as was, d.state as becomes, d.attempts,
    d.attempts - d.spared as tries, d.attempt_group, d.vars,
    d.errcode, v.account_id, v.channel, v.wait * 1000 as wait_ms,
    extract(epoch from d.claimed_at - d.in_doubt_since)::float8 * 1000 as doubt_ms
),
taken as materialized (
  select g.account_id, min(g.available) as available,
    (select count(*) from moved m where m.account_id = g.account_id and m.becomes = 'sending') as granted
  from gate g group by g.account_id
),
calls as materialized (
  select g.account_id, g.channel, min(g.day) as day, bool_and(g.opens_day) as opens_day,
    (select count(*) from moved m where m.account_id = g.account_id and m.channel = g.channel
      and m.becomes = 'sending') as granted
  from gate g group by g.account_id, g.channel
),
spent as (
  update pace p set
    tokens = taken.available - taken.granted, refilled_at = clock.t,
    days_opened = p.days_opened + (
      select count(*) from calls c where c.account_id = p.account_id and c.opens_day and c.granted > 0)
  from taken cross join clock
  where p.account_id = taken.account_id
),
used as (
  insert into quota_day (account_id, day, channel, ours)
  select account_id, day, channel, granted from calls where granted > 0
  on conflict (account_id, day, channel) do update set ours = quota_day.ours + excluded.ours
),
counted as (${countMoves('moved', '$4')}),
problems as (
  insert into delivery_problem (broadcast_id, state, errcode, openid)
  select broadcast_id, becomes, coalesce(errcode, 0), openid from moved where becomes = 'unknown'
  on conflict do nothing
),
errors as (
  select broadcast_id, errcode, 1 as delta from moved where becomes = 'unknown' and errcode is not null
),
tallied as (${countErrors('errors', '$4')}),
skips as (
  select broadcast_id, 'skipped:cancelled' as what, 1 as delta from moved where becomes = 'skipped'
),
skipped as (${countTallies('skips', '$4')})
select broadcast_id, openid, attempts, tries, attempt_group, vars, doubt_ms, wait_ms::float8 as wait_ms
from moved where becomes = 'sending'`,
};

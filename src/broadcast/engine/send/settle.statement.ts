import type { HotStatement } from '../../../database/hot-sql.js';
import { wechatDaySql } from '../../../pacing/wechat-day.js';
import { ALIVE } from '../record/live-processes.js';
import { SPEAKS } from '../record/states.js';
import { DOUBT_LIMIT } from './claim.statement.js';
import { countErrors, countMoves, countTallies } from '../record/count-moves.js';

/**
 * Writes what became of the claims of one flush. An acceptance may overwrite any state that is not better settled, and
 * WeChat's review any state but an acceptance, whichever attempt holds the claim. Every other outcome is written only
 * while its own attempt is the row's last, and proves nothing of an earlier one that is unanswered. While a process
 * lives that is too old to know `reviewing`, a row under review ends `unknown`: that process would take its receipt for
 * matched and not move the row.
 *
 * $1 broadcast ids, $2 openids, $3 attempts, $4 attempt groups,
 * $5 outcomes (`accepted`, `reviewing`, `refused`, `skipped`, `unsent`, `doubtful`, `unknown`), $6 msgids, $7 errcodes,
 * $8 rids, $9 delays in ms, $10 lane, $11 uncounted attempts, which use up no try, $12 claims that WeChat counts
 * as no call (the quota day gets them back), $13 hour at which the daily quota starts anew,
 * $14 why they were skipped
 */
export const SETTLE: HotStatement = {
  name: 'settle',
  text: `
with clock as materialized (select clock_now() as t),
said as materialized (
  select * from unnest($1::uuid[], $2::text[], $3::integer[], $4::smallint[], $5::text[],
    $6::bigint[], $7::integer[], $8::text[], $9::float8[], $11::boolean[], $12::boolean[],
    $14::text[])
    as s (b, o, attempts, attempt_group, outcome, msgid, errcode, rid, delay_ms, spared, no_call, detail)
),
spoken as materialized (
  select coalesce(min(speaks), ${SPEAKS}) >= ${SPEAKS} as by_all from worker_process
  where seen_at > (select t from clock) - ${ALIVE}
),
mine as materialized (
  select d.broadcast_id, d.openid, d.state as was, d.errcode as had_errcode, d.in_doubt_since,
    s.outcome, s.msgid, s.errcode, s.rid, s.delay_ms, s.spared, s.no_call, s.detail,
    d.in_doubt_since = d.claimed_at as own_doubt
  from said s cross join spoken
  join delivery d on d.broadcast_id = s.b and d.openid = s.o
  where case
    when s.outcome = 'accepted'
    then d.attempt_group = s.attempt_group
      and (d.state in ('pending', 'queued', 'sending', 'reviewing', 'unknown')
        or (d.state = 'accepted' and d.msgid is null and s.msgid is not null))
    when s.outcome = 'reviewing' and spoken.by_all
    then d.attempt_group = s.attempt_group and d.state in ('pending', 'queued', 'sending', 'unknown')
    else d.attempts = s.attempts and d.attempt_group = s.attempt_group
      and d.state in ('pending', 'queued', 'sending') end
  order by d.broadcast_id, d.openid
  for update of d
),
judged as materialized (
  select m.*,
    case when m.outcome in ('unsent', 'skipped') and m.own_doubt
      then null else m.in_doubt_since end as doubt,
    (case
      when m.outcome = 'accepted' then 'accepted'
      when m.outcome = 'reviewing' and spoken.by_all then 'reviewing'
      when m.outcome in ('refused', 'skipped') and m.own_doubt then m.outcome
      when m.outcome in ('refused', 'skipped', 'unknown', 'reviewing') then 'unknown'
      when m.in_doubt_since <= clock.t - ${DOUBT_LIMIT}
        and not (m.outcome = 'unsent' and m.own_doubt) then 'unknown'
      else 'pending'
    end)::delivery_state as becomes
  from mine m cross join clock cross join spoken
),
moved as (
  update delivery d set
    state = j.becomes,
    msgid = coalesce(j.msgid, d.msgid),
    spared = d.spared + j.spared::integer,
    in_doubt_since = j.doubt,
    not_before = case when j.becomes = 'pending'
      then clock.t + j.delay_ms * interval '1 millisecond' end,
    settled_at = case when j.becomes <> 'pending' then clock.t end,
    reviewed_at = case when j.outcome = 'reviewing' then coalesce(d.reviewed_at, clock.t) else d.reviewed_at end,
    detail = case when j.becomes = 'skipped' then j.detail else d.detail end,
    errcode = case when j.becomes = 'accepted' then null else coalesce(j.errcode, d.errcode) end,
    rid = case when j.becomes = 'accepted' then null else coalesce(j.rid, d.rid) end
  from judged j cross join clock
  where d.broadcast_id = j.broadcast_id and d.openid = j.openid
  returning d.broadcast_id, d.openid, d.account_id, d.msgid, d.claimed_at, j.no_call, j.was, d.state as becomes,
    d.detail,
    coalesce(j.had_errcode, 0) as had_errcode, coalesce(d.errcode, 0) as errcode
),
counted as (${countMoves('moved', '$10')}),
refunds as (
  update quota_day q set ours = greatest(0, q.ours - r.calls),
    -- a call that was claimed before the last clearing is in both
    cleared = least(greatest(0, q.cleared - r.before), greatest(0, q.ours - r.calls))
  from (
    select m.account_id, ${wechatDaySql('m.claimed_at', '$13::integer')} as day, b.channel, count(*) as calls,
      count(*) filter (where m.claimed_at < c.cleared_at) as before
    from moved m join broadcast b on b.id = m.broadcast_id
    left join quota_clearing c on c.account_id = m.account_id
    where m.no_call group by 1, 2, 3 order by 1, 2, 3
  ) r
  where q.account_id = r.account_id and q.day = r.day and q.channel = r.channel
),
taken as (
  insert into delivery_review (broadcast_id, openid, account_id, template_id, since)
  select m.broadcast_id, m.openid, m.account_id, b.template_id, m.claimed_at
  from moved m join broadcast b on b.id = m.broadcast_id
  where m.becomes = 'reviewing'
  order by m.broadcast_id, m.openid
  on conflict do nothing
),
decided as (
  delete from delivery_review r using moved m
  where m.was = 'reviewing' and r.broadcast_id = m.broadcast_id and r.openid = m.openid
),
gone as (
  delete from delivery_problem p using moved m
  where m.was = 'unknown' and p.broadcast_id = m.broadcast_id and p.state = 'unknown'
    and p.errcode = m.had_errcode and p.openid = m.openid
),
problems as (
  insert into delivery_problem (broadcast_id, state, errcode, openid)
  select broadcast_id, becomes, errcode, openid from moved where becomes in ('refused', 'unknown')
  on conflict do nothing
),
errors as (
  select broadcast_id, errcode, 1 as delta from moved
    where becomes in ('refused', 'unknown') and errcode <> 0
  union all
  select broadcast_id, had_errcode, -1 from moved where was = 'unknown' and had_errcode <> 0
),
tallied as (${countErrors('errors', '$10')}),
skips as (
  select broadcast_id, 'skipped:' || detail as what, 1 as delta from moved where becomes = 'skipped'
),
skipped as (${countTallies('skips', '$10')})
select broadcast_id, openid, account_id, msgid, was = 'unknown' as was_unknown, had_errcode
from moved where becomes in ('accepted', 'reviewing') and (msgid is not null or was = 'unknown')`,
};

/**
 * Removes problems that `SETTLE` could not see: the statement that made their rows `unknown` may have committed after
 * `SETTLE` had begun. $1 broadcast ids, $2 openids, $3 errcodes
 */
export const FORGET_PROBLEMS: HotStatement = {
  name: 'forget-problems',
  text: `
delete from delivery_problem p
using unnest($1::uuid[], $2::text[], $3::integer[]) as a (b, o, e)
join delivery d on d.broadcast_id = a.b and d.openid = a.o
where p.broadcast_id = a.b and p.state = 'unknown' and p.errcode = a.e and p.openid = a.o
  and d.state <> 'unknown'`,
};

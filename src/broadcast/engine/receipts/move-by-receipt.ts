import { countErrors, countMoves } from '../record/count-moves.js';
import { saysSystemFailed, stateOfStatus } from './receipt-status.js';

/** A message that failed by WeChat's own fault is sent again so often, at most. */
const RESENDS = 3;
/** Beyond the minute within which WeChat refuses the same text to the same person (40241). */
const RESEND_DELAY = `interval '1 second' * (90 + random() * 30) * 2 ^ d.attempt_group`;

/**
 * The CTE `found`: the receipts of a CTE, each with the delivery that it speaks of, which has the same msgid, account and
 * openid. The deliveries are looked up one by one: while the statistics know of no msgid, the planner takes the index
 * of all msgids for the smallest thing to read, and would read it whole for each batch.
 */
export const findDeliveries = (receipts: string): string => `
found as materialized (
  select s.account_id, s.msgid, s.openid, s.create_time, s.status, s.kind, d.broadcast_id
  from ${receipts} s
  cross join lateral (
    select d.broadcast_id from delivery d
    where d.msgid = s.msgid and d.account_id = s.account_id and d.openid = s.openid
    limit 10
  ) d
  where s.msgid <> 0
)`;

/** Not `=`: that would invite the planner to the index of msgids again. `s` is a row of `found`. */
export const stillHas = (s: string): string => `d.msgid is not distinct from ${s}.msgid`;

/**
 * The CTEs `found`, `again` and `mine`. `mine` holds every delivery that the receipts of a CTE speak of.
 *
 * `again` are the running broadcasts that may send again what failed. Their rows are locked before any
 * delivery's, so that a broadcast does not finish while one of its deliveries is reopened.
 */
export const findByMsgid = (receipts: string): string => `${findDeliveries(receipts)},
again as materialized (
  select b.id from broadcast b
  where b.id = any (array(
      select f.broadcast_id from found f where ${saysSystemFailed('f.status')}))
    and b.resend_failed and b.state = 'running'
  order by b.id
  for share of b
),
mine as materialized (
  select d.broadcast_id, d.openid, d.account_id, d.msgid, d.state as was, d.attempt_group,
    d.reviewed_at, coalesce(d.errcode, 0) as had_errcode, f.create_time, f.status, f.kind,
    ${saysSystemFailed('f.status')} as may_resend
  from found f
  join delivery d on d.broadcast_id = f.broadcast_id and d.openid = f.openid
  where ${stillHas('f')}
    -- evaluated first, and with it the locks above are taken first
    and (select count(*) from again) is not null
  order by d.broadcast_id, d.openid
  for update of d
)`;

/**
 * Moves deliveries by their receipts. It reads the CTEs `again` and `mine`, and `moved` are the deliveries that changed.
 * Receipts move only deliveries that are `accepted`, `reviewing` or `unknown`, and give them their msgid where they had
 * none. A delivery that is to be sent again loses its msgid, so that no later receipt of the failed message speaks of
 * the new attempt. A delivery that was ever under review is never sent again.
 */
export const moveByReceipt = (lane: string): string => `
judged as materialized (
  select m.*,
    case when m.may_resend and m.reviewed_at is null and m.attempt_group < ${RESENDS}
        and exists (select from again where again.id = m.broadcast_id)
      then 'pending' else ${stateOfStatus('m.status')} end as becomes
  from mine m where m.was in ('accepted', 'reviewing', 'unknown')
),
moved as (
  update delivery d set
    state = j.becomes,
    attempt_group = d.attempt_group + (j.becomes = 'pending')::integer,
    msgid = case when j.becomes <> 'pending' then coalesce(d.msgid, j.msgid) end,
    in_doubt_since = case when j.becomes <> 'pending' then d.in_doubt_since end,
    not_before = case when j.becomes = 'pending' then clock.t + ${RESEND_DELAY} end,
    settled_at = case when j.becomes <> 'pending' then clock.t end,
    receipt_at = case when j.becomes <> 'pending' then j.create_time end,
    detail = case when j.becomes in ('blocked', 'failed') then j.status end,
    errcode = null,
    rid = null
  from judged j cross join clock
  where d.broadcast_id = j.broadcast_id and d.openid = j.openid
  returning d.broadcast_id, d.openid, j.was, d.state as becomes, j.had_errcode
),
counted as (${countMoves('moved', lane)}),
gone as (
  delete from delivery_problem p using moved m
  where m.was = 'unknown' and p.broadcast_id = m.broadcast_id and p.state = 'unknown'
    and p.errcode = m.had_errcode and p.openid = m.openid
),
reviewed as (
  delete from delivery_review r using moved m
  where m.was = 'reviewing' and r.broadcast_id = m.broadcast_id and r.openid = m.openid
),
problems as (
  insert into delivery_problem (broadcast_id, state, errcode, openid)
  select broadcast_id, becomes, 0, openid from moved where becomes in ('blocked', 'failed')
  on conflict do nothing
),
errors as (
  select broadcast_id, had_errcode as errcode, -1 as delta from moved
  where was = 'unknown' and had_errcode <> 0
),
uncounted as (${countErrors('errors', lane)})`;

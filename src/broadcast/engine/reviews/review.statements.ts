import type { HotStatement } from '../../../database/hot-sql.js';
import { countErrors, countMove } from '../record/count-moves.js';
import type { DeliveryState } from '../record/states.js';

/** WeChat decides within the hour: after this long it will not report a decision any more. */
const REVIEW_LIMIT = `interval '2 hours'`;
/** Clocks differ, and WeChat's times are whole seconds. */
const SLACK = `interval '30 seconds'`;

/**
 * The CTEs that end reviews in one of their ways. They read `mine`, the locked rows that are still under review, and
 * write the rows (`moved`), the counters, and the lists of problems. The errcode and the rid stay on the row.
 */
const endReview = (becomes: DeliveryState, detail: string, lane: string): string => `
moved as (
  update delivery d set state = '${becomes}', settled_at = clock.t, detail = ${detail}
  from mine m cross join clock
  where m.state = 'reviewing' and d.broadcast_id = m.broadcast_id and d.openid = m.openid
  returning d.broadcast_id, d.openid, coalesce(d.errcode, 0) as errcode
),
counted as (${countMove('moved', lane, 'reviewing', becomes)}),
problems as (
  insert into delivery_problem (broadcast_id, state, errcode, openid)
  select broadcast_id, '${becomes}', errcode, openid from moved
  on conflict do nothing
),
errors as (select broadcast_id, errcode, 1 as delta from moved where errcode <> 0),
tallied as (${countErrors('errors', lane)})`;

/**
 * Gives up deliveries that have been under review for two hours. One that has moved on meanwhile is only taken off the
 * list: the statement that moved it may have begun before the list had it.
 *
 * $1 limit, $2 lane
 */
export const CLOSE_REVIEWS: HotStatement = {
  name: 'close-reviews',
  text: `
with clock as materialized (select clock_now() as t),
due as materialized (
  select r.broadcast_id, r.openid from delivery_review r
  where r.since <= (select t from clock) - ${REVIEW_LIMIT}
  order by r.since limit $1::integer
),
mine as materialized (
  select d.broadcast_id, d.openid, d.state
  from due
  join delivery d on d.broadcast_id = due.broadcast_id and d.openid = due.openid
  order by d.broadcast_id, d.openid
  for update of d
),
${endReview('unknown', 'd.detail', '$2')},
gone as (
  delete from delivery_review r using due
  where r.broadcast_id = due.broadcast_id and r.openid = due.openid
    -- evaluated first: whoever moves a row locks it before it is taken off the list
    and (select count(*) from mine) is not null
)
select (select count(*)::integer from due) as due, (select count(*)::integer from moved) as closed`,
};

/**
 * Ends reviews of which WeChat says that it intercepted the message.
 *
 * $1 broadcast ids, $2 openids, $3 lane
 */
export const INTERCEPT: HotStatement = {
  name: 'intercept',
  text: `
with clock as materialized (select clock_now() as t),
mine as materialized (
  select d.broadcast_id, d.openid, d.state
  from unnest($1::uuid[], $2::text[]) as a (b, o)
  join delivery d on d.broadcast_id = a.b and d.openid = a.o
  where d.state = 'reviewing'
  order by d.broadcast_id, d.openid
  for update of d
),
${endReview('refused', `'intercepted'`, '$3')},
gone as (
  delete from delivery_review r using moved m
  where r.broadcast_id = m.broadcast_id and r.openid = m.openid
)
select broadcast_id, openid from moved`,
};

/**
 * Counts for the account's health. A crash before it leaves these uncounted; their deliveries tell all the same.
 *
 * $1 account id, $2 how many
 */
export const NOTE_INTERCEPTIONS: HotStatement = {
  name: 'note-interceptions',
  text: `
insert into account_interception as i (account_id, day, count, told_at)
values ($1::integer, (clock_now() at time zone 'Asia/Shanghai')::date, $2::bigint, clock_now())
on conflict (account_id, day) do update set count = i.count + excluded.count, told_at = excluded.told_at`,
};

/** A delivery that may be the one that WeChat intercepted. */
export interface InterceptedCandidate {
  /** Which interception it is about: its place in the arrays. */
  readonly n: number;
  readonly broadcast_id: string;
  readonly openid: string;
  readonly state: DeliveryState;
  readonly fields: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>> | null;
}

/**
 * The deliveries that each interception may be about: those of its account, template and openid that were claimed within
 * two hours before it, and of which it is not known that WeChat accepted or refused them otherwise. Where an answer was
 * lost, WeChat's time is that of the first attempt, and the claim that met the review came later.
 *
 * $1 account id, $2 template id, $3 openids, $4 times of sending
 */
export const INTERCEPTED_CANDIDATES: HotStatement = {
  name: 'intercepted-candidates',
  text: `
with asked as materialized (
  select a.openid, a.at, a.n from unnest($3::text[], $4::timestamptz[]) with ordinality as a (openid, at, n)
)
select (a.n - 1)::integer as n, d.broadcast_id, d.openid, d.state, b.message -> 'fields' as fields, d.vars
from asked a
cross join lateral (
  select d.broadcast_id, d.openid, d.state, d.vars from delivery d
  where d.openid = a.openid and d.account_id = $1::integer
    and coalesce(d.in_doubt_since, d.claimed_at) <= a.at + ${SLACK}
    and d.claimed_at >= a.at - ${REVIEW_LIMIT}
    and (d.state in ('reviewing', 'unknown') or (d.state = 'accepted' and d.msgid is null)
      or (d.state in ('pending', 'queued', 'sending') and d.in_doubt_since is not null))
  limit 100
) d
-- the limit keeps the planner from beginning with all broadcasts
cross join lateral (select template_id, message from broadcast where id = d.broadcast_id limit 1) b
where b.template_id = $2::text`,
};

/** Which list of interceptions a worker is to read, and from where on. */
export interface InterceptionLease {
  readonly account_id: number;
  readonly template_id: string;
  readonly largest_id: string;
}

/**
 * Takes the lease to ask WeChat, for each account and template with something under review, a minute after the last
 * one. The pairs are found by leaps through the index, not by reading everything that is under review.
 */
export const TAKE_INTERCEPTION_LEASES: HotStatement = {
  name: 'take-interception-leases',
  text: `
with recursive pairs as (
  (select r.account_id, r.template_id from delivery_review r order by r.account_id, r.template_id limit 1)
  union all
  select next.account_id, next.template_id from pairs p cross join lateral (
    select r.account_id, r.template_id from delivery_review r
    where (r.account_id, r.template_id) > (p.account_id, p.template_id)
    order by r.account_id, r.template_id limit 1
  ) next
),
due as materialized (
  select p.account_id, p.template_id from pairs p
  join account a on a.id = p.account_id
  left join interception_cursor c on c.account_id = p.account_id and c.template_id = p.template_id
  where c.asked_at is null or c.asked_at <= clock_now() - interval '1 minute'
)
insert into interception_cursor as c (account_id, template_id, asked_at)
select account_id, template_id, clock_now() from due order by account_id, template_id
on conflict (account_id, template_id) do update set asked_at = excluded.asked_at
  where c.asked_at <= excluded.asked_at - interval '1 minute'
returning account_id, template_id, largest_id::text`,
};

/** $1 account id, $2 template id, $3 largest id that is done with, $4 seconds until it is asked again, beside the usual minute */
export const MOVE_INTERCEPTION_CURSOR: HotStatement = {
  name: 'move-interception-cursor',
  text: `
update interception_cursor c set largest_id = greatest(c.largest_id, $3::bigint),
  asked_at = c.asked_at + make_interval(secs => $4::integer)
where c.account_id = $1::integer and c.template_id = $2::text`,
};

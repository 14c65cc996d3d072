import { type RawBuilder, sql } from 'kysely';

/** Tries that are heard at once, counted from the first of them. */
export const FREE_TRIES = 10;
const FREE_MINUTES = 10;
/** The wait after the last free try; it doubles with each further one. */
const FIRST_WAIT_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 3_600;
/** A count that waits is kept so long after its wait. */
const KEPT_HOURS = 24;

export interface TryTaken {
  /** How many tries are counted, with this one. */
  readonly count: number;
  readonly allowed: boolean;
  /** Until the next try is heard. */
  readonly seconds: number;
}

/**
 * Counts a try before it is judged, so that tries of many processes at once are counted too. Nothing is written for
 * one that comes too early. Whoever turns out to be right gives the try back.
 */
export const takeTry = (key: string): RawBuilder<TryTaken> => sql<TryTaken>`
  with taken as (
    insert into login_attempt as a (key, count, forget_at, next_at)
    values (${key}, 1, clock_now() + make_interval(mins => ${FREE_MINUTES}), clock_now())
    on conflict (key) do update set
      count = ${COUNT},
      forget_at = case
        when a.forget_at <= clock_now() then excluded.forget_at
        when a.count + 1 < ${FREE_TRIES} then a.forget_at
        else clock_now() + ${WAIT} + make_interval(hours => ${KEPT_HOURS})
      end,
      next_at = case
        when a.forget_at <= clock_now() or a.count + 1 < ${FREE_TRIES} then clock_now()
        else clock_now() + ${WAIT}
      end
    where a.forget_at <= clock_now() or a.next_at <= clock_now()
    returning count, next_at
  )
  select count, true as allowed, 0 as seconds from taken
  union all
  select count, false, greatest(1, ceil(extract(epoch from next_at - clock_now())))::int
  from login_attempt where key = ${key} and not exists (select from taken)`;

const COUNT = sql`case when a.forget_at <= clock_now() then 1 else a.count + 1 end`;
const WAIT = sql`make_interval(secs => least(
  ${LONGEST_WAIT_SECONDS}, ${FIRST_WAIT_SECONDS} * 2.0 ^ least(a.count + 1 - ${FREE_TRIES}, 20)))`;

/** As if this try had not been: it was right as far as it went. */
export const giveTryBack = (key: string): RawBuilder<unknown> => sql`
  update login_attempt set count = greatest(count - 1, 0), next_at = clock_now() where key = ${key}`;

export const forgetTries = (key: string): RawBuilder<unknown> => sql`
  delete from login_attempt where key = ${key}`;

/** A few at a time, by whoever fails. */
export const forgetOldTries = (): RawBuilder<unknown> => sql`
  delete from login_attempt where key in (
    select key from login_attempt where forget_at < clock_now() order by forget_at limit 20
    for update skip locked)`;

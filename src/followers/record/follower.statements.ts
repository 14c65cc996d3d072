import { type RawBuilder, sql } from 'kysely';
import type { HotStatement } from '../../database/hot-sql.js';

/**
 * Stores a page of a walk. It does not even lock followers whom we know as subscribed, so that a walk without news
 * writes nothing to `follower`. `page` moves the cursor first, and is empty for the worker that comes second.
 *
 * `offset 0` keeps the planner from a join: it takes a table that was analysed while its first page was not committed
 * for empty, and would walk the index whole for each openid.
 */
export const STORE_PAGE: HotStatement = {
  name: 'follower-sync-store-page',
  text: `
    with page as (
      update follower_sync
      set cursor = coalesce($4::text, cursor),
          step = case when $4::text is null then 'comparing' else 'reading' end,
          seen = seen + cardinality($7::text[]), skipped = skipped + $6::int,
          total = coalesce($5::int, total), alive_at = clock_now()
      where account_id = $1::int and walk = $2::int and state = 'running' and step = 'reading'
        and cursor is not distinct from $3::text
      returning account_id, as_of
    ), kept as (
      insert into follower_walk_page (account_id, after, openids)
      select account_id, coalesce($3::text, ''), $7::text[] from page
    ), found as (
      insert into follower (account_id, openid, subscribed, as_of)
      select page.account_id, listed.openid, true, page.as_of
      from page, unnest($7::text[]) as listed (openid)
      where not exists (
        select from follower known
        where known.account_id = page.account_id and known.openid = listed.openid and known.subscribed
        offset 0
      )
      order by listed.openid collate "C"
      on conflict (account_id, openid) do update
        set subscribed = true, as_of = excluded.as_of
        where not follower.subscribed and follower.as_of < excluded.as_of
    )
    select account_id from page`,
};

/** How many followers one transaction unsubscribes. */
const LOT = 5_000;

/** Compares the followers we know with the pages of a walk, once all pages are stored. */
export const noteWhoIsGone = (accountId: number, asOf: Date): RawBuilder<unknown> => sql`
  with seen as materialized (
    select distinct listed.openid
    from follower_walk_page page, unnest(page.openids) as listed (openid)
    where page.account_id = ${accountId}
  ), gone as (
    select openid, (row_number() over (order by openid) - 1) / ${LOT} as lot
    from follower
    where account_id = ${accountId} and subscribed and as_of < ${asOf}
      and not exists (select from seen where seen.openid = follower.openid)
  ), lots as (
    insert into follower_parting (account_id, first_openid, openids)
    select ${accountId}, min(openid), array_agg(openid order by openid) from gone group by lot
  )
  update follower_sync
  set step = 'parting', seen = (select count(*) from seen), alive_at = clock_now()
  where account_id = ${accountId}`;

/** Unsubscribes a lot of those who are gone. Of two workers at one lot the second changes nothing. */
export const PART_WITH_LOT: HotStatement = {
  name: 'follower-sync-part-with-lot',
  text: `
    with walk as (
      update follower_sync set alive_at = clock_now()
      where account_id = $1::int and walk = $2::int and state = 'running' and step = 'parting'
      returning account_id, as_of
    ), done as (
      delete from follower_parting lot using walk
      where lot.account_id = walk.account_id and lot.first_openid = $3::text
    ), leaving as materialized (
      select follower.account_id, follower.openid, walk.as_of
      from walk, unnest($4::text[]) as gone (openid), follower
      where follower.account_id = walk.account_id and follower.openid = gone.openid
        and follower.subscribed and follower.as_of < walk.as_of
      order by follower.openid
      for no key update of follower
    ), parted as (
      update follower set subscribed = false, as_of = leaving.as_of
      from leaving
      where follower.account_id = leaving.account_id and follower.openid = leaving.openid
    )
    select account_id from walk`,
};

/** Applies events. Times in the future are cut: if we stored one, no later event or walk would count. */
export const APPLY_EVENTS: HotStatement = {
  name: 'follower-events-apply',
  text: `
    insert into follower (account_id, openid, subscribed, as_of)
    select event.account_id, event.openid, event.subscribed,
           least(event.at, clock_now() + interval '1 minute')
    from unnest($1::int[], $2::text[], $3::boolean[], $4::timestamptz[])
           as event (account_id, openid, subscribed, at)
    left join follower_sync sync on sync.account_id = event.account_id
    where sync.confirmed_as_of is null or event.at >= sync.confirmed_as_of
    order by event.account_id, event.openid collate "C"
    on conflict (account_id, openid) do update
      set subscribed = excluded.subscribed, as_of = excluded.as_of
      where follower.as_of <= excluded.as_of`,
};

/**
 * Records when people subscribed, even where the event is older than what we know of them otherwise.
 * $1 account ids, $2 openids, $3 times
 */
export const NOTE_SUBSCRIBED: HotStatement = {
  name: 'follower-subscribed',
  text: `
    with mine as materialized (
      select follower.account_id, follower.openid, least(event.at, clock_now() + interval '1 minute') as at
      from unnest($1::int[], $2::text[], $3::timestamptz[]) as event (account_id, openid, at)
      join follower on follower.account_id = event.account_id and follower.openid = event.openid
      where follower.subscribed_at is null or follower.subscribed_at < event.at
      order by follower.account_id, follower.openid
      for no key update of follower
    )
    update follower set subscribed_at = mine.at
    from mine
    where follower.account_id = mine.account_id and follower.openid = mine.openid`,
};

/** Deletes blocks that are older than the latest subscription. $1 account ids, $2 openids */
export const LIFT_OUTDATED: HotStatement = {
  name: 'suppression-lift-outdated',
  text: `
    with outdated as materialized (
      select suppression.account_id, suppression.openid
      from unnest($1::int[], $2::text[]) as asked (account_id, openid)
      join suppression on suppression.account_id = asked.account_id and suppression.openid = asked.openid
      join follower on follower.account_id = asked.account_id and follower.openid = asked.openid
      where suppression.reason = 'blocked' and suppression.since < follower.subscribed_at
      order by suppression.account_id, suppression.openid
      for update of suppression
    )
    delete from suppression using outdated
    where suppression.account_id = outdated.account_id and suppression.openid = outdated.openid`,
};

/** One look into the key for each, whatever the planner knows. */
export const FOLLOWING_AMONG: HotStatement = {
  name: 'following-among',
  text: `
    select found.openid from unnest($2::text[]) asked(openid)
    cross join lateral (
      select follower.openid from follower
      where follower.account_id = $1 and follower.openid = asked.openid collate "C"
        and follower.subscribed
      limit 1
    ) found`,
};

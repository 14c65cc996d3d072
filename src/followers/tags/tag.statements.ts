import { type RawBuilder, sql } from 'kysely';
import type { HotStatement } from '../../database/hot-sql.js';

/**
 * Locks a walk and the tag that it is at, if it still is there. What tags somebody locks the tag as well: it is either
 * in `tag_change` for the next statement, or waits until that one is committed.
 * $1 account id, $2 walk, $3 step, $4 tag id
 */
export const LOCK_TAG_WALK: HotStatement = {
  name: 'tag-sync-lock',
  text: `
    select sync.account_id
    from tag_sync sync join tag on tag.account_id = sync.account_id and tag.tag_id = sync.tag_id
    where sync.account_id = $1::int and sync.walk = $2::int and sync.state = 'running'
      and sync.step = $3::text and sync.tag_id = $4::int
    for no key update of sync, tag`,
};

/**
 * Stores a page of a tag's members, of a walk that is locked. Those who have the tag already are not written again.
 * `moved` is empty for the worker that comes second.
 * $1 account id, $2 cursor sent, $3 next cursor, $4 skipped, $5 openids
 */
export const STORE_TAG_PAGE: HotStatement = {
  name: 'tag-sync-store-page',
  text: `
    with moved as (
      update tag_sync
      set cursor = coalesce($3::text, cursor),
          step = case when $3::text is null then 'comparing' else 'reading' end,
          seen = seen + cardinality($5::text[]), skipped = skipped + $4::int, alive_at = clock_now()
      where account_id = $1::int and cursor is not distinct from $2::text
      returning account_id, tag_id, tag_as_of
    ), kept as (
      insert into tag_walk_page (account_id, after, openids)
      select account_id, coalesce($2::text, ''), $5::text[] from moved
    ), found as (
      insert into follower_tag (account_id, tag_id, openid)
      select moved.account_id, moved.tag_id, listed.openid
      from moved, unnest($5::text[]) as listed (openid)
      where not exists (
        select from tag_change untagged
        where untagged.account_id = moved.account_id and untagged.tag_id = moved.tag_id
          and untagged.openid = listed.openid and not untagged.tagged and untagged.at >= moved.tag_as_of
        offset 0
      )
      order by listed.openid collate "C"
      on conflict do nothing
    )
    select account_id from moved`,
};

/** How many lose a tag in one transaction. */
export const LOT = 5_000;

/** Compares those who have the tag here with the pages of the walk, once all of them are stored. */
export const noteWhoLostTag = (
  accountId: number,
  tagId: number,
  asOf: Date,
): RawBuilder<unknown> => sql`
  with seen as materialized (
    select distinct listed.openid
    from tag_walk_page page, unnest(page.openids) as listed (openid)
    where page.account_id = ${accountId}
  ), gone as (
    select openid, (row_number() over (order by openid) - 1) / ${LOT} as lot
    from follower_tag known
    where account_id = ${accountId} and tag_id = ${tagId}
      and not exists (select from seen where seen.openid = known.openid)
      and not exists (
        select from tag_change tagged
        where tagged.account_id = ${accountId} and tagged.tag_id = ${tagId}
          and tagged.openid = known.openid and tagged.tagged and tagged.at >= ${asOf}
      )
  ), lots as (
    insert into tag_parting (account_id, first_openid, openids)
    select ${accountId}, min(openid), array_agg(openid order by openid) from gone group by lot
  )
  update tag_sync set step = 'parting', alive_at = clock_now() where account_id = ${accountId}`;

/**
 * Takes the tag from a lot of those who have lost it, of a walk that is locked; not from whom we have tagged meanwhile.
 * $1 account id, $2 the lot's first openid, $3 openids
 */
export const PART_WITH_TAG: HotStatement = {
  name: 'tag-sync-part',
  text: `
    with walk as (
      update tag_sync set alive_at = clock_now() where account_id = $1::int
      returning account_id, tag_id, tag_as_of
    ), done as (
      delete from tag_parting lot using walk
      where lot.account_id = walk.account_id and lot.first_openid = $2::text
    ), lost as materialized (
      select walk.account_id, walk.tag_id, gone.openid
      from walk, unnest($3::text[]) as gone (openid)
      where not exists (
        select from tag_change tagged
        where tagged.account_id = walk.account_id and tagged.tag_id = walk.tag_id
          and tagged.openid = gone.openid and tagged.tagged and tagged.at >= walk.tag_as_of
        offset 0
      )
    )
    delete from follower_tag known using lost
    where known.account_id = lost.account_id and known.tag_id = lost.tag_id and known.openid = lost.openid`,
};

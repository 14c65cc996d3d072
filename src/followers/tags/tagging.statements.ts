import type { HotStatement } from '../../database/hot-sql.js';

/**
 * Locks a tag that is still there, so that no walk stores a page of it, or takes it from somebody, meanwhile.
 * $1 account id, $2 tag id
 */
export const LOCK_TAG: HotStatement = {
  name: 'tag-lock',
  text: `
    select tag_id from tag where account_id = $1::int and tag_id = $2::int and gone_at is null
    for no key update`,
};

/**
 * Notes whom we have given a tag, or taken it from: a page that WeChat read before that must not undo it.
 * $1 account id, $2 tag id, $3 openids, $4 whether they have it now
 */
export const NOTE_TAG_CHANGES: HotStatement = {
  name: 'tag-note-changes',
  text: `
    insert into tag_change (account_id, tag_id, openid, tagged, at)
    select $1::int, $2::int, told.openid, $4::boolean, clock_now()
    from unnest($3::text[]) as told (openid)
    order by told.openid collate "C"
    on conflict (account_id, tag_id, openid) do update set tagged = excluded.tagged, at = excluded.at`,
};

/** $1 account id, $2 tag id, $3 openids */
export const TAG_THEM: HotStatement = {
  name: 'tag-give',
  text: `
    with given as (
      insert into follower_tag (account_id, tag_id, openid)
      select $1::int, $2::int, told.openid from unnest($3::text[]) as told (openid)
      order by told.openid collate "C"
      on conflict do nothing
      returning openid
    )
    update tag set members = members + (select count(*) from given)
    where account_id = $1::int and tag_id = $2::int`,
};

/** $1 account id, $2 tag id, $3 openids */
export const UNTAG_THEM: HotStatement = {
  name: 'tag-take',
  text: `
    with told as materialized (
      select tag.account_id, tag.tag_id, told.openid
      from tag, unnest($3::text[]) as told (openid)
      where tag.account_id = $1::int and tag.tag_id = $2::int
    ), taken as (
      delete from follower_tag known using told
      where known.account_id = told.account_id and known.tag_id = told.tag_id and known.openid = told.openid
      returning known.openid
    )
    update tag set members = members - (select count(*) from taken)
    where account_id = $1::int and tag_id = $2::int`,
};

import { type RawBuilder, sql } from 'kysely';
import { inRange, type OpenidRange } from '../../database/openid-range.js';

/** A page of those who have the tag, as `(openid, vars)`: one range of the key. `= any` would not come in its order. */
export const audienceOfTag = (
  accountId: number,
  tagId: number,
  range: OpenidRange,
): RawBuilder<unknown> =>
  sql`select openid, null::jsonb as vars from follower_tag
    where account_id = ${accountId} and tag_id = ${tagId} and ${inRange(range)}`;

/** Whether somebody has the tag. @param openid a column */
export const hasTag = (
  accountId: number,
  tagId: number,
  openid: RawBuilder<string>,
): RawBuilder<boolean> => sql`exists (
  select from follower_tag
  where account_id = ${accountId} and tag_id = ${tagId} and follower_tag.openid = ${openid})`;

import { type RawBuilder, sql } from 'kysely';
import { inRange, type OpenidRange } from '../database/openid-range.js';

/** A page of those who follow the account, as `(openid, vars)`: one range of the primary key's index. */
export const audienceOfAllFollowers = (
  accountId: number,
  range: OpenidRange,
): RawBuilder<unknown> =>
  sql`select openid, null::jsonb as vars from follower
    where account_id = ${accountId} and subscribed and ${inRange(range)}`;

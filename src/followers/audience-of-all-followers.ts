import { type RawBuilder, sql } from 'kysely';

/**
 * Everybody who follows the account, as `(openid, vars)`, to embed as a subquery. Where the outer query bounds and
 * orders it by openid, one range of the primary key's index answers it alone.
 */
export const audienceOfAllFollowers = (
  accountId: number,
): RawBuilder<{ openid: string; vars: null }> =>
  sql`select openid, null::jsonb as vars from follower where account_id = ${accountId} and subscribed`;

import { type RawBuilder, sql } from 'kysely';

/**
 * Everybody who follows the account, as `(openid, vars)`, to embed as a subquery. Bounded and ordered by openid from
 * outside it is a range of follower's primary key, whose index alone answers it.
 */
export const audienceOfAllFollowers = (
  accountId: number,
): RawBuilder<{ openid: string; vars: null }> =>
  sql`select openid, null::jsonb as vars from follower where account_id = ${accountId} and subscribed`;

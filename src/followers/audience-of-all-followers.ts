import { type RawBuilder, sql } from 'kysely';

/**
 * Everybody who follows the account, as `(openid, vars)`, to embed as a subquery. Bounded and ordered by openid from
 * outside it is a range of follower's primary key, whose index alone answers it.
 */
export const audienceOfAllFollowers = (
  accountId: number,
): RawBuilder<{ openid: string; vars: null }> =>
  sql`select openid, null::jsonb as vars from follower where account_id = ${accountId} and subscribed`;

/**
 * A condition for queries over lists of openids from elsewhere: true of one whom we know to have left. Somebody we
 * have never heard of is not: WeChat may know better. A scalar subquery is looked up by key for each row; `exists`
 * might be hashed, which reads the whole table.
 */
export const isKnownUnsubscribed = (
  accountId: RawBuilder<unknown>,
  openid: RawBuilder<unknown>,
): RawBuilder<boolean> => sql<boolean>`coalesce((
    select not follower.subscribed from follower
    where follower.account_id = ${accountId} and follower.openid = ${openid}
  ), false)`;

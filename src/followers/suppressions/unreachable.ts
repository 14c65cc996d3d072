/**
 * SQL that says why nothing may be sent to somebody: `suppressed`, `unsubscribed`, or null. It is for statements over
 * many people: Postgres looks scalar subqueries up by key for each row, where it might hash an `exists` and read the
 * whole table. Somebody unknown to us can be sent to: WeChat may know better.
 *
 * @param accountId SQL expression
 * @param openid SQL expression
 * @param needsFollower SQL condition: whether only followers can be reached
 */
export const unreachableBecause = (
  accountId: string,
  openid: string,
  needsFollower: string,
): string => `coalesce(
    (select 'suppressed' from suppression
      where suppression.account_id = ${accountId} and suppression.openid = ${openid}),
    (select 'unsubscribed' from follower
      where follower.account_id = ${accountId} and follower.openid = ${openid}
        and not follower.subscribed and ${needsFollower}))`;

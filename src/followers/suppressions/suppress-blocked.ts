/**
 * SQL that suppresses the people of a CTE `(account_id, openid, create_time)`: WeChat said at that time that they
 * refuse the account's messages. It leaves out those who have subscribed since. Times in the future are cut: if we
 * stored one, no later subscription would count.
 *
 * @param where SQL condition on the CTE `b` and `account`: which of WeChat's statements count
 *
 * Call `OutdatedSuppressions.lift` for them after the commit: somebody may be subscribing meanwhile.
 */
export const suppressBlocked = (blocked: string, where: string): string => `
  insert into suppression (account_id, openid, reason, since)
  select account.id, b.openid, 'blocked', least(max(b.create_time), clock_now() + interval '1 minute')
  from ${blocked} b
  join account on account.id = b.account_id
  left join follower on follower.account_id = b.account_id and follower.openid = b.openid
  where (follower.subscribed_at is null or follower.subscribed_at <= b.create_time)
    and (${where})
  group by account.id, b.openid
  order by account.id, b.openid collate "C"
  on conflict (account_id, openid) do update set since = excluded.since
    where suppression.reason = 'blocked' and suppression.since < excluded.since`;

/**
 * SQL for what an account may still send on a WeChat day by one path, as `float8`: `infinity` where no limit is
 * known. The limit is the smaller of WeChat's own figure and the operator's; a share of it stays reserved for others.
 *
 * @param limit alias of its row of `quota_limit`, which may be missing (outer join)
 * @param account alias of the account's row of `account`
 * @param day alias of its row of `quota_day`, which may be missing (outer join)
 */
export const quotaLeft = (limit: string, account: string, day: string): string => `case
    when ${day}.spent_at is not null then 0::float8
    else greatest(0, ${dailyBudget(limit, account)} - coalesce(${day}.ours - ${day}.cleared + ${day}.others, 0)) end`;

/** SQL for what a whole day yields: the limit without the reserve. */
export const dailyBudget = (limit: string, account: string): string => `floor(
      coalesce(least(${limit}.daily_limit, ${account}.daily_quota)::float8, 'infinity')
        * (100 - ${account}.quota_reserve_percent) / 100)`;

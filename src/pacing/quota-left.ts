/**
 * SQL for what an account may still send on a WeChat day, as `float8`: `infinity` where nobody has said a limit.
 * The limit is the smaller of WeChat's own figure and the operator's; a share of it stays reserved for others.
 *
 * @param pace alias of the account's row of `pace`
 * @param account alias of its row of `account`
 * @param day alias of its row of `quota_day`, which may be missing (outer join)
 */
export const quotaLeft = (pace: string, account: string, day: string): string => `case
    when ${day}.spent_at is not null then 0::float8
    else greatest(0, ${dailyBudget(pace, account)} - coalesce(${day}.ours + ${day}.others, 0)) end`;

/** SQL for what a whole day yields: the limit without the reserve. */
export const dailyBudget = (pace: string, account: string): string => `floor(
      coalesce(least(${pace}.daily_limit, ${account}.daily_quota)::float8, 'infinity')
        * (100 - ${account}.quota_reserve_percent) / 100)`;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** WeChat's day is China's: UTC+8, without daylight saving. */
const SHANGHAI_OFFSET_MS = 8 * HOUR_MS;

/**
 * When WeChat gives the next day's calls: by default midnight in Shanghai (the hour is not documented).
 * `resetHour` is an hour of the day in Shanghai, 0 to 23.
 */
export function nextQuotaReset(at: Date, resetHour: number): Date {
  const shift = SHANGHAI_OFFSET_MS - resetHour * HOUR_MS;
  const day = Math.floor((at.getTime() + shift) / DAY_MS);
  return new Date((day + 1) * DAY_MS - shift);
}

/** The day to whose quota a call counts, as `2026-11-21`. */
export const wechatDay = (at: Date, resetHour: number): string =>
  new Date(at.getTime() + SHANGHAI_OFFSET_MS - resetHour * HOUR_MS).toISOString().slice(0, 10);

/** The same in SQL, as a `date`; both are expressions, the hour an integer. */
export const wechatDaySql = (at: string, resetHour: string): string =>
  `((${at} at time zone 'Asia/Shanghai') - make_interval(hours => ${resetHour}))::date`;

/** When a WeChat day began, in SQL, as a `timestamptz`; both are expressions, the hour an integer. */
export const wechatDayBeganSql = (day: string, resetHour: string): string =>
  `((${day}::timestamp + make_interval(hours => ${resetHour})) at time zone 'Asia/Shanghai')`;

/** In a day's first minutes WeChat may still count or refuse a call by yesterday's quota. SQL, an interval. */
export const DAWN = `interval '10 minutes'`;

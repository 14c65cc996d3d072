const DAY_MS = 86_400_000;
/** WeChat's day is China's: UTC+8, without daylight saving. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** When WeChat gives the next day's calls: midnight in Shanghai (the hour is not documented). */
export function nextQuotaReset(at: Date): Date {
  const day = Math.floor((at.getTime() + SHANGHAI_OFFSET_MS) / DAY_MS);
  return new Date((day + 1) * DAY_MS - SHANGHAI_OFFSET_MS);
}

/** How many messages go out on one WeChat day. */
export interface PlannedDay {
  /** `2026-11-21` */
  readonly day: string;
  readonly sends: number;
}

const LONGEST = 60;
const DAY_MS = 86_400_000;

/**
 * How many messages go out on which day, if nobody else uses the quota: what is left today, then a whole day's quota.
 * The plan ends after two months, and leaves out what does not fit by then; it is empty when a day has no quota.
 */
export function planByDay(
  recipients: number,
  { today, leftToday, perDay }: { today: string; leftToday: number; perDay: number },
): PlannedDay[] {
  const plan: PlannedDay[] = [];
  let left = recipients;
  for (let ahead = 0; left > 0 && ahead < LONGEST; ahead++) {
    const sends = Math.min(left, Math.floor(ahead === 0 ? leftToday : perDay));
    if (sends > 0) plan.push({ day: daysAfter(today, ahead), sends });
    else if (ahead > 0) break;
    left -= sends;
  }
  return plan;
}

const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

import { nextQuotaReset, wechatDay } from '../../pacing/wechat-day.js';
import { nextHours } from '../engine/send-hours/send-hours.js';
import type { SendHours } from '../engine/record/engine.tables.js';

/** How many messages go out on one WeChat day. */
export interface PlannedDay {
  /** `2026-11-21` */
  readonly day: string;
  readonly count: number;
}

/** When a broadcast would send, if nothing else did and nothing went wrong. */
export interface SendPlan {
  /** Within its send hours. */
  readonly startsAt: Date;
  /** Null where it takes more than two months, or a day has no quota at all. */
  readonly endsAt: Date | null;
  /** The WeChat days of the next two months on which some of it goes out. */
  readonly days: readonly PlannedDay[];
}

export interface Planned {
  readonly recipients: number;
  /** Before then nothing is sent. */
  readonly from: Date;
  readonly perSecond: number;
  readonly hours: SendHours | null;
  /** Null without a limit. `left` is of the WeChat day `day`. */
  readonly quota: { readonly day: string; readonly left: number; readonly perDay: number } | null;
  /** What others take of the quota, by WeChat day. */
  readonly taken?: ReadonlyMap<string, number> | undefined;
  /** At which WeChat's day begins, an hour of the day in Shanghai. */
  readonly resetHour: number;
}

const LONGEST_MS = 60 * 86_400_000;

/** Goes from window to window: a window ends with the send hours, or with the WeChat day. */
export function sendPlan({
  recipients,
  from,
  perSecond,
  hours,
  quota,
  taken,
  resetHour,
}: Planned): SendPlan {
  const windowAt = (at: Date) => (hours ? nextHours(hours, at) : { from: at, until: null });
  const counts = new Map<string, number>();
  const startsAt = windowAt(from).from;
  let [left, at, endsAt]: [number, Date, Date | null] = [recipients, from, null];
  while (left > 0 && at.getTime() - from.getTime() < LONGEST_MS) {
    const open = windowAt(at);
    const day = wechatDay(open.from, resetHour);
    const reset = nextQuotaReset(open.from, resetHour);
    const until = open.until === null || open.until > reset ? reset : open.until;
    const sentThatDay = counts.get(day) ?? 0;
    const ofDay = quota && (day === quota.day ? quota.left : quota.perDay);
    const allowed = ofDay === null ? left : ofDay - sentThatDay - (taken?.get(day) ?? 0);
    const seconds = (until.getTime() - open.from.getTime()) / 1_000;
    const sends = Math.max(0, Math.floor(Math.min(left, allowed, seconds * perSecond)));
    if (sends > 0) counts.set(day, sentThatDay + sends);
    left -= sends;
    endsAt = left > 0 ? null : new Date(open.from.getTime() + (sends / perSecond) * 1_000);
    at = until;
  }
  return { startsAt, endsAt, days: [...counts].map(([day, count]) => ({ day, count })) };
}

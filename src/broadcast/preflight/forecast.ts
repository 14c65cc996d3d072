import type { SendHours } from '../engine/record/engine.tables.js';
import { type PlannedDay, type SendPlan, sendPlan } from '../progress/send-plan.js';
import type { QuotaStatus } from '../../pacing/quota-ledger.js';

/** Another broadcast that takes of the same quota. */
export interface OtherSend {
  readonly recipients: number;
  /** When it begins, where that lies ahead. */
  readonly startAt: Date | null;
  readonly hours: SendHours | null;
}

/** What decides when a broadcast would be sent. */
export interface Foreseen {
  readonly recipients: number;
  readonly now: Date;
  readonly startAt: Date | null;
  readonly hours: SendHours | null;
  /** What the account really reaches, within all caps. */
  readonly perSecond: number;
  readonly quota: QuotaStatus;
  readonly others: readonly OtherSend[];
  readonly resetHour: number;
}

export interface Forecast extends SendPlan {
  /** How many go out of other broadcasts, by WeChat day. */
  readonly reserved: readonly PlannedDay[];
}

/** The others go first: those that have begun, then the scheduled ones by their time. */
export function forecast({ others, recipients, ...foreseen }: Foreseen): Forecast {
  const { now, perSecond, resetHour, startAt, hours } = foreseen;
  const { day, left, perDay } = foreseen.quota;
  const quota = left === null || perDay === null ? null : { day, left, perDay };
  const taken = new Map<string, number>();
  const inOrder = others.toSorted((a, b) => startOf(a).getTime() - startOf(b).getTime());
  for (const other of inOrder) {
    const { days } = sendPlan({
      recipients: other.recipients,
      from: laterOf(now, other.startAt),
      perSecond,
      hours: other.hours,
      quota,
      taken,
      resetHour,
    });
    for (const { day: of, count } of days) taken.set(of, (taken.get(of) ?? 0) + count);
  }
  const own = sendPlan({
    recipients,
    from: laterOf(now, startAt),
    perSecond,
    hours,
    quota,
    taken,
    resetHour,
  });
  const reserved = [...taken].map(([of, count]) => ({ day: of, count }));
  return { ...own, reserved: reserved.toSorted((a, b) => (a.day < b.day ? -1 : 1)) };
}

const startOf = ({ startAt }: OtherSend): Date => startAt ?? new Date(0);
const laterOf = (now: Date, at: Date | null): Date => (at !== null && at > now ? at : now);

import { planByDay, type PlannedDay } from '../../pacing/quota-plan.js';
import type { QuotaStatus } from '../../pacing/quota-ledger.js';

/** How what is left of a broadcast fits into WeChat's daily quota. */
export interface QuotaFit {
  /** The WeChat day it is about, `2026-11-21`. */
  readonly day: string;
  /** What may be sent in a whole day, without the reserve for other systems. */
  readonly perDay: number;
  /** What may still be sent today. */
  readonly left: number;
  /** When WeChat gives the next day's calls. */
  readonly resetsAt: Date;
  /** Whether the rest of it still goes out today. */
  readonly fits: boolean;
  /** How many go out on which day, if it has the quota to itself. */
  readonly plan: readonly PlannedDay[];
}

/** Null where neither WeChat nor the operator has named a limit. `open` recipients are still to be sent to. */
export function quotaFit(
  { day, perDay, left, resetsAt }: QuotaStatus,
  open: number,
): QuotaFit | null {
  if (perDay === null || left === null) return null;
  const plan = planByDay(open, { today: day, leftToday: left, perDay });
  return { day, perDay, left, resetsAt, fits: open <= left, plan };
}

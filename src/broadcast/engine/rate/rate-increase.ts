import { Injectable } from '@nestjs/common';
import { PaceControl } from '../../../pacing/pace-control.js';
import { STARTING_RATE } from '../../../pacing/pace-row.js';

/** An account that sent nothing for this long (seconds) starts slowly again. */
const IDLE = 60;
/** After a backoff the rate rises by this part of the cap each second. */
const STEP = 1 / 50;
const SMALLEST_STEP = 5;

/** The pace of an account as its lease tells it; times are in seconds. */
interface AccountPace {
  readonly rate: number;
  readonly cap: number;
  /** Since the last claim, or since the end of a rest. */
  readonly silent_for: number;
  readonly since_rate_change: number;
  /** Its rate was lowered, and has not come back to the cap yet. */
  readonly backed_off: boolean;
  /** One message at a time. */
  readonly single_file: boolean;
}

/** The next rate of an account, decided once a second, while it really sends what it may. Pure. */
export function nextRate(
  { rate, cap, backed_off: backedOff }: Pick<AccountPace, 'rate' | 'cap' | 'backed_off'>,
  achieved: number,
): number {
  const keepsUp = rate <= 2 * STARTING_RATE || achieved >= rate / 3;
  if (rate >= cap || !keepsUp) return rate;
  // Slow start doubles. After a backoff the limit is near, so the rate approaches it in steps.
  return Math.min(cap, backedOff ? rate + Math.max(SMALLEST_STEP, cap * STEP) : rate * 2);
}

/** Increases the rates of accounts. */
@Injectable()
export class RateIncrease {
  readonly #pace: PaceControl;

  constructor(pace: PaceControl) {
    this.#pace = pace;
  }

  async increase(accountId: number, pace: AccountPace, achieved: number): Promise<void> {
    const { rate, cap } = pace;
    if (pace.silent_for > IDLE && rate > STARTING_RATE)
      return this.#pace.restart(accountId, rate, Math.min(cap, STARTING_RATE));
    if (pace.since_rate_change < 1 || pace.single_file) return;
    const next = nextRate(pace, achieved);
    if (next !== rate || (pace.backed_off && rate >= cap))
      await this.#pace.increase(accountId, rate, next, cap);
  }
}

import { Injectable } from '@nestjs/common';
import { PaceControl } from '../../../pacing/pace-control.js';
import { STARTING_RATE } from '../../../pacing/pace-row.js';

/** An account that sent nothing for this long (seconds) starts slowly again. */
const IDLE = 60;
/** After a fall the rate climbs by this part of the cap a second. */
const STEP = 1 / 50;
const SMALLEST_STEP = 5;

/** The pace of an account at its turn; times are in seconds. */
interface PaceOfTurn {
  readonly rate: number;
  readonly cap: number;
  /** Since the last claim, or since the end of a rest. */
  readonly silent_for: number;
  readonly since_rate_change: number;
  /** Trouble made its rate fall, and it has not climbed back yet. */
  readonly fell: boolean;
  /** One message at a time. */
  readonly single_file: boolean;
}

/** Where the rate of an account goes next, once a second, while it really sends what it may. Pure. */
export function nextRate(
  { rate, cap, fell }: Pick<PaceOfTurn, 'rate' | 'cap' | 'fell'>,
  achieved: number,
): number {
  const keepsUp = rate <= 2 * STARTING_RATE || achieved >= rate / 3;
  if (rate >= cap || !keepsUp) return rate;
  // Slow start doubles; after trouble the limit is near, and is felt for in steps.
  return Math.min(cap, fell ? rate + Math.max(SMALLEST_STEP, cap * STEP) : rate * 2);
}

/** Lets the rates of accounts climb. */
@Injectable()
export class RateIncrease {
  readonly #pace: PaceControl;

  constructor(pace: PaceControl) {
    this.#pace = pace;
  }

  async increase(accountId: number, turn: PaceOfTurn, achieved: number): Promise<void> {
    const { rate, cap } = turn;
    if (turn.silent_for > IDLE && rate > STARTING_RATE)
      return this.#pace.restart(accountId, rate, Math.min(cap, STARTING_RATE));
    if (turn.since_rate_change < 1 || turn.single_file) return;
    const next = nextRate(turn, achieved);
    if (next !== rate || (turn.fell && rate >= cap))
      await this.#pace.increase(accountId, rate, next, cap);
  }
}

interface Lane {
  running: number;
  /** How long the last call took. */
  lastMs: number;
  /** When the last of the calls that were sent back may come again. */
  nextTurnAt: number;
}

/** Calls under way for one account. */
const WIDTH = 4;
/** No call is sent back for longer, so that a job that is too old by then is found. */
const LONGEST_WAIT_MS = 30_000;

/**
 * Keeps a slow server of one account from taking all of a worker's slots: an account has a few, and a call that finds
 * them taken is told when to come back, each a little later than the one before it.
 */
export class ForwardLanes {
  readonly #lanes = new Map<number, Lane>();

  /** Zero: make the call, then `leave`. Else: come back in so many milliseconds. */
  enter(accountId: number, now: number): number {
    const lane = this.#laneOf(accountId);
    if (lane.running < WIDTH) {
      lane.running++;
      return 0;
    }
    const turnAt = Math.max(lane.nextTurnAt, now) + Math.max(lane.lastMs / WIDTH, 10);
    lane.nextTurnAt = Math.min(turnAt, now + LONGEST_WAIT_MS);
    return Math.ceil(lane.nextTurnAt - now);
  }

  leave(accountId: number, tookMs: number): void {
    const lane = this.#laneOf(accountId);
    lane.running--;
    lane.lastMs = tookMs;
  }

  #laneOf(accountId: number): Lane {
    let lane = this.#lanes.get(accountId);
    if (lane === undefined) {
      lane = { running: 0, lastMs: 0, nextTurnAt: 0 };
      this.#lanes.set(accountId, lane);
    }
    return lane;
  }
}

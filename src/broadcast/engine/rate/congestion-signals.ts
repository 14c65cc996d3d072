import type { BackoffReason } from '../../../pacing/pace-row.js';

/** How WeChat does, by one answer of it: `busy` is -1, `frequent` is 43117. */
export type AnswerMood = 'fine' | 'busy' | 'frequent';

/** What the last full second, and the last answers before it, say about the rate. */
export interface RateVerdict {
  /** Why the rate should be lowered; undefined when it need not. */
  readonly backoffReason?: BackoffReason;
  /** Whether only one message at a time should be on its way. */
  readonly serial: boolean;
}

/** The last answers, which decide whether an account sends serially: more than half of them are -1. */
const LAST = 200;
/** Fewer answers in a second than this say nothing about a share. */
const ENOUGH = 5;
/** Share of -1, and of 43117, in a second from which on the rate is too high. */
const TOO_MANY = 0.2;
/** Milliseconds that a median must exceed, besides twice its calm value. */
const SLOW_MS = 1_000;
/** Weight of the newest calm second in the calm median. */
const SMOOTHING = 0.2;

/** Tells from the answers that one process gets for an account whether it is too fast for WeChat. Pure: times in ms. */
export class CongestionSignals {
  readonly #lastBusy: boolean[] = [];
  #next = 0;
  #busyOfLast = 0;
  #second: number | undefined;
  #latencies: number[] = [];
  #busy = 0;
  #frequent = 0;
  #calmMedian: number | undefined;

  /** A verdict whenever a second with answers in it is over. */
  answered(mood: AnswerMood, latencyMs: number, now: number): RateVerdict | undefined {
    const second = Math.floor(now / 1_000);
    const verdict =
      this.#second !== undefined && second !== this.#second ? this.#judge() : undefined;
    this.#second = second;
    this.#remember(mood === 'busy');
    this.#latencies.push(latencyMs);
    if (mood === 'busy') this.#busy++;
    if (mood === 'frequent') this.#frequent++;
    return verdict;
  }

  #remember(busy: boolean): void {
    if (this.#lastBusy[this.#next] === true) this.#busyOfLast--;
    this.#lastBusy[this.#next] = busy;
    if (busy) this.#busyOfLast++;
    this.#next = (this.#next + 1) % LAST;
  }

  #judge(): RateVerdict {
    const answers = this.#latencies.length;
    const median = this.#latencies.sort((a, b) => a - b)[answers >> 1] ?? 0;
    const isSlow =
      this.#calmMedian !== undefined && median > SLOW_MS && median > 2 * this.#calmMedian;
    if (!isSlow)
      this.#calmMedian =
        this.#calmMedian === undefined
          ? median
          : this.#calmMedian + SMOOTHING * (median - this.#calmMedian);
    const backoffReason = this.#backoffReasonAmong(answers) ?? (isSlow ? 'slow' : undefined);
    this.#latencies = [];
    this.#busy = 0;
    this.#frequent = 0;
    return { ...(backoffReason && { backoffReason }), serial: this.#busyOfLast > LAST / 2 };
  }

  #backoffReasonAmong(answers: number): BackoffReason | undefined {
    if (answers < ENOUGH) return undefined;
    if (this.#busy > TOO_MANY * answers) return 'busy';
    return this.#frequent > TOO_MANY * answers ? 'frequent' : undefined;
  }
}

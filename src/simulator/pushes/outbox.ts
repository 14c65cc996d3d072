import { DueQueue } from './due-queue.js';

const MAX_TIMER_MS = 0x7fff_ffff;

/** Starts due items, a limited number at a time. One timer serves all of them. Items are numbers of the caller. */
export class Outbox {
  readonly #limit: () => number;
  readonly #start: (item: number) => void;

  readonly #waiting = new DueQueue();
  #idleListeners: (() => void)[] = [];
  #inFlight = 0;
  #timerDueAt = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(limit: () => number, start: (item: number) => void) {
    this.#limit = limit;
    this.#start = start;
  }

  get pending(): number {
    return this.#waiting.size + this.#inFlight;
  }

  /** `dueAt` is a time of `performance.now()`. Items that are due together start by `order`. */
  put(item: number, dueAt: number, order: number): void {
    this.#waiting.put(item, dueAt, order);
    this.#setTimer();
  }

  /** Starts all items that are due now, without the timer. */
  startDue(): void {
    const limit = this.#limit();
    while (
      this.#inFlight < limit &&
      this.#waiting.nextDueAt <= performance.now() &&
      !this.#closed
    ) {
      const item = this.#waiting.take();
      if (item === undefined) break;
      this.#inFlight++;
      this.#start(item);
    }
    // At the limit the next item that finishes starts others.
    if (this.#inFlight < limit) this.#setTimer();
  }

  /** The caller reports that a started item has finished. */
  finished(): void {
    this.#inFlight--;
    this.startDue();
    this.#notifyIdle();
  }

  /** Resolves once nothing waits or is on its way. */
  whenIdle(): Promise<void> {
    if (this.pending === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleListeners.push(resolve));
  }

  /** Drops everything that waits. */
  clear(): void {
    this.#waiting.clear();
    this.#notifyIdle();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.clear();
  }

  #setTimer(): void {
    const dueAt = this.#waiting.nextDueAt;
    if (dueAt >= this.#timerDueAt || this.#closed) return;
    clearTimeout(this.#timer);
    this.#timerDueAt = dueAt;
    const waitMs = Math.min(Math.max(0, dueAt - performance.now()), MAX_TIMER_MS);
    this.#timer = setTimeout(() => {
      this.#timerDueAt = Infinity;
      this.startDue();
    }, waitMs);
  }

  #notifyIdle(): void {
    if (this.pending > 0) return;
    const listeners = this.#idleListeners;
    this.#idleListeners = [];
    listeners.forEach((listener) => listener());
  }
}

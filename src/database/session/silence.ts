import { Ticker } from '../../kernel/ticker.js';

/** A connection that was asked something, perhaps, and may never answer. */
export interface Asked {
  /** Which server it goes to. */
  readonly server: string;
  /** How long the answer has been awaited, in ms of our own running; undefined while nothing is asked. */
  readonly waitedMs: number | undefined;
  /** How long it may be. */
  readonly answerMs: number;
  /** Since it was last heard, in the same ms. */
  readonly quietMs: number;
  /** Time has passed. */
  tick(ms: number): void;
  giveUp(): void;
  /** Its server fell silent on another one: it is given up too if nobody would lose anything by it. */
  doubt(): void;
}

const BEAT_MS = 500;

/**
 * Watches all connections to PostgreSQL, and gives up those that stay silent for too long. Only time in which this
 * process ran counts: a process that stood still was not listening.
 */
class Silence {
  readonly #asked = new Set<Asked>();
  #beats: Ticker | undefined;
  #beatAt = 0;
  #unheardMs = 0;

  watch(asked: Asked): void {
    this.#asked.add(asked);
    if (this.#beats !== undefined) return;
    this.#beatAt = performance.now();
    this.#beats = new Ticker(
      () => BEAT_MS,
      () => this.#beat(),
      () => {},
    );
    this.#beats.startLater();
  }

  forget(asked: Asked): void {
    this.#asked.delete(asked);
    if (this.#asked.size > 0) return;
    void this.#beats?.stop();
    this.#beats = undefined;
  }

  /** How long the oldest unanswered question has waited, in ms; 0 where all are answered. */
  get oldestMs(): number {
    return Math.max(0, ...[...this.#asked].map(({ waitedMs }) => waitedMs ?? 0));
  }

  /** How long PostgreSQL has been asked, or called, without a word on any connection; 0 where it speaks. */
  get unheardMs(): number {
    return this.#unheardMs;
  }

  heard(): void {
    this.#unheardMs = 0;
  }

  #beat(): void {
    const now = performance.now();
    const passed = Math.min(now - this.#beatAt, 2 * BEAT_MS);
    this.#beatAt = now;
    for (const asked of this.#asked) asked.tick(passed);
    if (this.oldestMs > 0) this.#unheardMs += passed; // a server that was asked nothing is not late
    const silent = [...this.#asked].filter(({ waitedMs = 0, answerMs }) => waitedMs > answerMs);
    for (const asked of silent) {
      asked.giveUp();
      // Connections that were not heard since that question are no better: each would cost its user as long a wait.
      for (const other of this.#asked)
        if (other.server === asked.server && other.quietMs > asked.answerMs) other.doubt();
    }
  }
}

export const silence = new Silence();

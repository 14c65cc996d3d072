/** Clients report every attempt to reconnect; one line a minute is enough for people. */
const MINUTE_MS = 60_000;

interface Told {
  at: number;
  /** How many events came since, for which nothing was logged. */
  unsaid: number;
}

/** Says when something may be logged again, so that a flood of events is no flood of lines. */
export class LogThrottle {
  readonly #told = new Map<string, Told>();
  readonly #everyMs: number;

  constructor(everyMs = MINUTE_MS) {
    this.#everyMs = everyMs;
  }

  /** True for the first of a kind, and then once an interval. Kinds must be few: they are never forgotten. */
  due(kind = '', now = performance.now()): boolean {
    return this.standsFor(kind, now) > 0;
  }

  /** How many events the line that is due now stands for, this event included; 0 where no line is due. */
  standsFor(kind = '', now = performance.now()): number {
    const told = this.#told.get(kind) ?? { at: -Infinity, unsaid: 0 };
    const events = told.unsaid + 1;
    const isDue = now - told.at >= this.#everyMs;
    this.#told.set(kind, isDue ? { at: now, unsaid: 0 } : { at: told.at, unsaid: events });
    return isDue ? events : 0;
  }
}

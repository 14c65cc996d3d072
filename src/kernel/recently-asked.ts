/** Remembers answers by key for a while: a caller who asks again within that time shares the answer. */
export class RecentlyAsked<Answer> {
  readonly #asked = new Map<string, { readonly until: number; readonly answer: Promise<Answer> }>();
  readonly #forMs: number;

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  ask(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const now = performance.now();
    for (const [old, { until }] of this.#asked) if (until <= now) this.#asked.delete(old);
    const asked = this.#asked.get(key);
    if (asked) return asked.answer;
    const answer = ask();
    this.#asked.set(key, { until: now + this.#forMs, answer });
    return answer;
  }

  /** The next caller asks anew, however soon. */
  forget(key: string): void {
    this.#asked.delete(key);
  }
}

/** Says when something may be logged again, so that a flood of pushes is no flood of lines. */
export class Seldom {
  readonly #lastAt = new Map<string, number>();

  constructor(private readonly everyMs: number) {}

  /** True for the first of a kind, and then once an interval. Kinds must be few: they are never forgotten. */
  due(kind: string): boolean {
    const now = performance.now();
    if (now - (this.#lastAt.get(kind) ?? -Infinity) < this.everyMs) return false;
    this.#lastAt.set(kind, now);
    return true;
  }
}

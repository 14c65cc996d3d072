/** One line for many: strangers must not be able to fill the log. */
export class SeldomLine {
  #toldAt = -Infinity;
  #untold = 0;

  constructor(private readonly everyMs: number) {}

  /** For how many a line stands that is due now; 0 where none is. */
  due(now = performance.now()): number {
    this.#untold++;
    if (now - this.#toldAt < this.everyMs) return 0;
    const stands = this.#untold;
    this.#toldAt = now;
    this.#untold = 0;
    return stands;
  }
}

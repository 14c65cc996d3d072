const STEP_MS = 100;
const STEPS_PER_SECOND = 10;
const MAX_SECONDS = 3_600;

/** Counts events by the real clock: the peak of any second, in steps of 100 ms, and the median of busy seconds. */
export class RateMeter {
  readonly #ring = new Uint32Array(STEPS_PER_SECOND);
  #step = -1;
  #lastSecond = 0;
  #peak = 0;
  readonly #seconds: number[] = [];
  #second = -1;

  tick(nowMs = performance.now()): void {
    this.#advanceTo(Math.floor(nowMs / STEP_MS));
    const place = this.#step % STEPS_PER_SECOND;
    this.#ring[place] = (this.#ring[place] ?? 0) + 1;
    this.#lastSecond++;
    if (this.#lastSecond > this.#peak) this.#peak = this.#lastSecond;

    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#seconds.push(0);
      if (this.#seconds.length > MAX_SECONDS) this.#seconds.shift();
    }
    this.#seconds[this.#seconds.length - 1] = (this.#seconds.at(-1) ?? 0) + 1;
  }

  get peak(): number {
    return this.#peak;
  }

  get median(): number {
    const sorted = this.#seconds.toSorted((one, other) => one - other);
    return sorted[sorted.length >> 1] ?? 0;
  }

  #advanceTo(step: number): void {
    const first = Math.max(this.#step + 1, step - STEPS_PER_SECOND + 1);
    for (let at = first; at <= step; at++) {
      const place = at % STEPS_PER_SECOND;
      this.#lastSecond -= this.#ring[place] ?? 0;
      this.#ring[place] = 0;
    }
    this.#step = step;
  }
}

/** Random numbers in [0, 1) from a seed (mulberry32). The same seed gives the same numbers. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** True for this share of the calls. A share of 0 draws nothing, so a disabled rule does not change other draws. */
  chance(share: number): boolean {
    return share > 0 && this.next() < share;
  }

  between(min: number, max: number): number {
    return max > min ? min + this.next() * (max - min) : min;
  }

  uint32(): number {
    return Math.floor(this.next() * 0x1_0000_0000);
  }
}

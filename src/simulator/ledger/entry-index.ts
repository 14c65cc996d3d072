const NONE = -1;

/**
 * Finds the latest ledger entry with the same key. The index holds only entry numbers (open addressing, at most 60 %
 * full). The keys stay in the columns of the ledger.
 */
export class EntryIndex {
  readonly #hashOf: (entry: number) => number;
  readonly #hasSameKey: (one: number, other: number) => boolean;

  /** Each slot holds an entry number + 1, or 0 if it is empty. */
  #slots = new Uint32Array(1_024);
  #used = 0;

  constructor(hashOf: (entry: number) => number, sameKey: (one: number, other: number) => boolean) {
    this.#hashOf = hashOf;
    this.#hasSameKey = sameKey;
  }

  /** Returns -1 if no entry has the key of this one. */
  find(entry: number): number {
    const slot = this.#slotOf(entry);
    return (this.#slots[slot] ?? 0) - 1;
  }

  put(entry: number): void {
    if (this.#used >= this.#slots.length * 0.6) this.#grow();
    const slot = this.#slotOf(entry);
    if (this.#slots[slot] === 0) this.#used++;
    this.#slots[slot] = entry + 1;
  }

  /** The slot of this key, or the free slot for it. */
  #slotOf(entry: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hashOf(entry) & mask;
    for (;;) {
      const held = (this.#slots[slot] ?? 0) - 1;
      if (held === NONE || this.#hasSameKey(held, entry)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const held = this.#slots;
    this.#slots = new Uint32Array(held.length * 2);
    for (const number of held) {
      if (number > 0) this.#slots[this.#slotOf(number - 1)] = number;
    }
  }
}

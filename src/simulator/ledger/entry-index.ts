const NONE = -1;

/**
 * Finds the latest ledger entry that shares a key with another one. Only entry numbers are held
 * (open addressing, at most 60 % full); the keys stay in the ledger's columns.
 */
export class EntryIndex {
  readonly #hashOf: (entry: number) => number;
  readonly #hasSameKey: (one: number, other: number) => boolean;

  /** Entry number + 1; 0 is an empty slot. */
  #slots = new Uint32Array(1_024);
  #used = 0;

  constructor(hashOf: (entry: number) => number, sameKey: (one: number, other: number) => boolean) {
    this.#hashOf = hashOf;
    this.#hasSameKey = sameKey;
  }

  /** -1 when no entry has the key of this one. */
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

  /** Where the key of this entry is, or where it would go. */
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

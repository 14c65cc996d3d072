/** What a piece of a body costs beside its bytes, roughly: a slow sender sends them one by one. */
const OVERHEAD_BYTES = 512;

/** Bounds the bytes that this process holds at once of all bodies under way. */
export class ByteCapacity {
  #held = 0;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get held(): number {
    return this.#held;
  }

  hold(): HeldBytes {
    let own = 0;
    return {
      add: (bytes) => {
        const more = bytes + OVERHEAD_BYTES;
        if (this.#held + more > this.#capacity) return false;
        own += more;
        this.#held += more;
        return true;
      },
      release: () => {
        this.#held -= own;
        own = 0;
      },
    };
  }
}

/** The part of the capacity that one body takes. */
export interface HeldBytes {
  /** False, and nothing is held, where the capacity does not suffice. */
  readonly add: (bytes: number) => boolean;
  /** May be called again. */
  readonly release: () => void;
}

/** Beside its bytes a piece of a body costs about so much: a slow sender sends them one by one. */
const OVERHEAD_BYTES = 512;

/** How many bytes of bodies this process holds at once, of all that are under way. */
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

/** What one body takes of it. */
export interface HeldBytes {
  /** False where there is no room for them. */
  readonly add: (bytes: number) => boolean;
  /** May be called again. */
  readonly release: () => void;
}

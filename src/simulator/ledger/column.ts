type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** A list of numbers in a typed array, which grows by doubling. Unset positions read 0. */
export class Column {
  readonly #allocate: new (length: number) => Numbers;

  #values: Numbers;

  constructor(allocate: new (length: number) => Numbers) {
    this.#allocate = allocate;
    this.#values = new allocate(1_024);
  }

  get(at: number): number {
    return this.#values[at] ?? 0;
  }

  set(at: number, value: number): void {
    if (at >= this.#values.length) this.#grow(at);
    this.#values[at] = value;
  }

  #grow(at: number): void {
    let length = this.#values.length;
    while (length <= at) length *= 2;
    const grown = new this.#allocate(length);
    grown.set(this.#values);
    this.#values = grown;
  }
}

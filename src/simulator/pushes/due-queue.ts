/**
 * A priority queue of numbers by time. An item takes 16 bytes in typed arrays and no timer, so that a million receipts
 * can wait. Items with equal times come out by `order`.
 */
export class DueQueue {
  #capacity = 1_024;
  #dueAt = new Float64Array(this.#capacity);
  #order = new Uint32Array(this.#capacity);
  #item = new Uint32Array(this.#capacity);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Infinity if nothing waits. */
  get nextDueAt(): number {
    return this.#size > 0 ? (this.#dueAt[0] ?? Infinity) : Infinity;
  }

  put(item: number, dueAt: number, order: number): void {
    if (this.#size === this.#capacity) this.#grow();
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(dueAt, order, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#write(at, item, dueAt, order);
  }

  /** The item that is due first. */
  take(): number | undefined {
    if (this.#size === 0) return undefined;
    const first = this.#item[0];
    this.#size--;
    if (this.#size > 0) this.#siftDown(this.#size);
    return first;
  }

  clear(): void {
    this.#size = 0;
  }

  /** Moves the last item from the top to its place. */
  #siftDown(last: number): void {
    const dueAt = this.#dueAt[last] ?? 0;
    const order = this.#order[last] ?? 0;
    const item = this.#item[last] ?? 0;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= this.#size) break;
      const right = child + 1;
      if (
        right < this.#size &&
        this.#isBefore(this.#dueAt[right] ?? 0, this.#order[right] ?? 0, child)
      ) {
        child = right;
      }
      if (this.#isBefore(dueAt, order, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#write(at, item, dueAt, order);
  }

  #isBefore(dueAt: number, order: number, other: number): boolean {
    const otherDueAt = this.#dueAt[other] ?? 0;
    return dueAt === otherDueAt ? order < (this.#order[other] ?? 0) : dueAt < otherDueAt;
  }

  #move(from: number, to: number): void {
    this.#write(to, this.#item[from] ?? 0, this.#dueAt[from] ?? 0, this.#order[from] ?? 0);
  }

  #write(at: number, item: number, dueAt: number, order: number): void {
    this.#item[at] = item;
    this.#dueAt[at] = dueAt;
    this.#order[at] = order;
  }

  #grow(): void {
    this.#capacity *= 2;
    const [dueAt, order, item] = [this.#dueAt, this.#order, this.#item];
    this.#dueAt = new Float64Array(this.#capacity);
    this.#order = new Uint32Array(this.#capacity);
    this.#item = new Uint32Array(this.#capacity);
    this.#dueAt.set(dueAt);
    this.#order.set(order);
    this.#item.set(item);
  }
}

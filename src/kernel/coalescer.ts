/** How calls are gathered: whichever bound is met first sends the batch off. */
export interface CoalescerOptions<In> {
  /** Longest time in milliseconds that a call waits for company. */
  readonly waitMs: number;
  /** Most calls in one batch. */
  readonly maxItems: number;
  /** A batch whose wait is over and that holds fewer than `enough` waits on, up to `patienceMs` from its first call. */
  readonly small?: { readonly enough: number; readonly patienceMs: number };
  /** Most weight in one batch, in units of `weigh`; a single heavier call still goes, alone. */
  readonly maxWeight?: number;
  readonly weigh?: (item: In) => number;
  /** Batches under way at once; further ones wait and grow. */
  readonly concurrency?: number;
}

interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers single calls into batches: one statement instead of five hundred, and each caller's
 * promise settles only once its own batch has. `run` answers in the order of its input.
 *
 * Invariants: every call is in exactly one batch; a failed batch rejects exactly its own callers;
 * batches start in the order of arrival.
 */
export class Coalescer<In, Out> {
  readonly #waiting: Waiting<In, Out>[] = [];
  #weight = 0;
  #running = 0;
  /** The wait is over, and the batch is too small to go. */
  #isPatient = false;
  /** The wait is over, but as many batches as allowed were under way. */
  #overdue = false;
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];
  readonly #options: CoalescerOptions<In>;
  readonly #run: (items: In[]) => Promise<readonly Out[]>;

  constructor(options: CoalescerOptions<In>, run: (items: In[]) => Promise<readonly Out[]>) {
    this.#options = options;
    this.#run = run;
  }

  /** Calls that wait or are under way. */
  get size(): number {
    return this.#waiting.length + this.#running;
  }

  add(item: In): Promise<Out> {
    return new Promise<Out>((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#weight += this.#options.weigh?.(item) ?? 0;
      if (this.#isFull() || (this.#isPatient && !this.#isSmall())) this.#start();
      else this.#timer ??= setTimeout(() => this.#endWait(), this.#options.waitMs);
    });
  }

  /** Resolves once everything handed in so far has settled; nothing waits for its timer. */
  async drain(): Promise<void> {
    while (this.#waiting.length > 0 || this.#running > 0) {
      this.#start();
      if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  #endWait(): void {
    const { small, waitMs } = this.#options;
    if (small === undefined || !this.#isSmall()) return this.#start();
    this.#isPatient = true;
    this.#timer = setTimeout(() => this.#start(), small.patienceMs - waitMs);
  }

  /** In what weighs, if calls have a weight. */
  #isSmall(): boolean {
    const { small, weigh } = this.#options;
    const held = weigh === undefined ? this.#waiting.length : this.#weight;
    return small !== undefined && held < small.enough;
  }

  #isFull(): boolean {
    return (
      this.#waiting.length >= this.#options.maxItems ||
      (this.#options.maxWeight !== undefined && this.#weight >= this.#options.maxWeight)
    );
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isPatient = false;
    while (this.#waiting.length > 0 && this.#running < (this.#options.concurrency ?? 1)) {
      void this.#runBatch(this.#take());
    }
    this.#overdue = this.#waiting.length > 0;
  }

  /** As many as the bounds allow, and at least one. */
  #take(): Waiting<In, Out>[] {
    const { maxItems, maxWeight = Infinity, weigh } = this.#options;
    let count = 0;
    let weight = 0;
    for (const { item } of this.#waiting) {
      const next = weight + (weigh?.(item) ?? 0);
      if (count > 0 && (count >= maxItems || next > maxWeight)) break;
      weight = next;
      count++;
    }
    this.#weight -= weight;
    return this.#waiting.splice(0, count);
  }

  async #runBatch(batch: Waiting<In, Out>[]): Promise<void> {
    this.#running++;
    try {
      const outs = await this.#run(batch.map(({ item }) => item));
      if (outs.length !== batch.length)
        throw new Error(`a batch of ${batch.length} was answered with ${outs.length} results`);
      batch.forEach(({ resolve }, i) => resolve(outs[i] as Out));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#running--;
      const idle = this.#idle;
      this.#idle = [];
      for (const wake of idle) wake();
      // Calls that arrived meanwhile go on gathering, unless their wait is over.
      if (this.#overdue || this.#isFull()) this.#start();
    }
  }
}

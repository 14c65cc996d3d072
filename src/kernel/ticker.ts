/**
 * Runs `tick` again and again, never twice at once: the next one starts `intervalMs` after the last
 * one ended, or at once after `wake()`. A tick that throws is told to `onError` and tried again.
 */
export class Ticker {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #again = false;

  constructor(
    private readonly intervalMs: () => number,
    private readonly tick: () => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.#timer = setTimeout(() => this.#run(), 0);
  }

  /** Something changed: do not wait for the interval. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#running) this.#again = true;
    else {
      clearTimeout(this.#timer);
      this.#run();
    }
  }

  /** Resolves when the tick under way has ended; none follows. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #run(): void {
    this.#again = false;
    this.#running = this.tick()
      .catch(this.onError)
      .finally(() => {
        this.#running = undefined;
        if (this.#stopped) return;
        if (this.#again) this.#run();
        else this.#timer = setTimeout(() => this.#run(), this.intervalMs());
      });
  }
}

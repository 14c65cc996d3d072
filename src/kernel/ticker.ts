import { withTimeout } from './with-timeout.js';

/** Longer than any wait of ours: a tick that has not ended by then hangs. */
const PATIENCE_MS = 20 * 60_000;

/**
 * Runs `tick` again and again, never twice at once: the next one starts `intervalMs` after the last
 * one ended, or at once after `wake()`. A tick that throws is told to `onError` and tried again; one that
 * hangs is told to stop by its signal, and the next one starts all the same.
 */
export class Ticker {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #again = false;
  #inBackground = false;
  readonly #intervalMs: () => number;
  readonly #tick: (signal: AbortSignal) => Promise<void> | void;
  readonly #onError: (error: unknown) => void;
  readonly #patienceMs: number;

  constructor(
    intervalMs: () => number,
    tick: (signal: AbortSignal) => Promise<void> | void,
    onError: (error: unknown) => void,
    patienceMs = PATIENCE_MS,
  ) {
    this.#intervalMs = intervalMs;
    this.#tick = tick;
    this.#onError = onError;
    this.#patienceMs = patienceMs;
  }

  start(): void {
    this.#timer = setTimeout(() => this.#run(), 0);
  }

  /** The first tick comes after an interval. It keeps no process alive. */
  startLater(): void {
    this.#inBackground = true;
    this.#runLater();
  }

  /** The next tick starts now, or right after the present one. */
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
    const running = this.#tickOnce().then(() => {
      this.#running = undefined;
      if (this.#stopped) return;
      if (this.#again) this.#run();
      else this.#runLater();
    });
    this.#running = running;
  }

  #runLater(): void {
    this.#timer = setTimeout(() => this.#run(), this.#intervalMs());
    if (this.#inBackground) this.#timer.unref();
  }

  /** Never rejects. */
  async #tickOnce(): Promise<void> {
    const hangs = new AbortController();
    const giveUp = (): never => {
      hangs.abort();
      throw new Error(`a tick hangs: it did not end within ${this.#patienceMs / 1_000} s`);
    };
    try {
      await withTimeout(this.#patienceMs, (async () => this.#tick(hangs.signal))(), giveUp);
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    try {
      this.#onError(error);
    } catch {
      // An error of `onError` itself is dropped; the next tick comes all the same.
    }
  }
}

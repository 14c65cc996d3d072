import type { Caller } from '../../../access/caller.js';
import { actingAsSystem } from '../../../kernel/acting.js';
import { Ticker } from '../../../kernel/ticker.js';
import type { EventReader } from './event-stream.js';

const EVERY_MS = 1_000;
/** Rights that were taken away end a stream within twice this time: a key is known for as long. */
const ASK_AGAIN_MS = 4_000;

/** Why a stream ends from our side. */
export type ByeReason = 'ended' | 'rights' | 'stopping';

interface Options {
  readonly callerNow: () => Promise<Caller | undefined>;
  readonly mayHear: (caller: Caller) => boolean;
  /** Told each time that the reader may go on. */
  readonly onAsked?: ((caller: Caller) => void) | undefined;
  readonly onError: (error: unknown) => void;
}

/** Keeps one stream alive, and asks again and again whether its reader may still hear all of it. */
export class StreamAdmission {
  readonly #stream: EventReader;
  readonly #options: Options;
  readonly #ticker: Ticker;
  #askedAt = performance.now();

  constructor(stream: EventReader, options: Options) {
    this.#stream = stream;
    this.#options = options;
    this.#ticker = new Ticker(
      () => EVERY_MS,
      () => this.#tick(),
      options.onError,
    );
    actingAsSystem(() => this.#ticker.start());
    stream.onClose(() => void this.#ticker.stop());
  }

  sayBye(reason: ByeReason): void {
    if (this.#stream.isReady) this.#stream.send({ event: 'bye', data: JSON.stringify({ reason }) });
    this.#stream.end();
  }

  async #tick(): Promise<void> {
    this.#stream.tend();
    if (performance.now() - this.#askedAt < ASK_AGAIN_MS) return;
    this.#askedAt = performance.now();
    const caller = await this.#options.callerNow();
    if (caller === undefined) return this.sayBye('ended');
    if (!this.#options.mayHear(caller)) return this.sayBye('rights');
    this.#options.onAsked?.(caller);
  }
}

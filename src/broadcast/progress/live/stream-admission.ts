import type { Caller } from '../../../access/caller.js';
import type { AdmissionEnd, StillAdmitted } from '../../../access/still-admitted.js';
import { actingAsSystem } from '../../../kernel/acting.js';
import { Ticker } from '../../../kernel/ticker.js';
import type { EventReader } from './event-stream.js';

const EVERY_MS = 1_000;
/** What ends a stream does so within ten seconds: this, a look each second, and the five for which a key is known. */
const ASK_AGAIN_MS = 3_000;

/** Why a stream ends from our side: its reader is let in no more, may not hear all of it, or this process stops. */
type ByeReason = AdmissionEnd | 'rights' | 'stopping';

interface Options {
  readonly lookUp: () => ReturnType<StillAdmitted['lookUp']>;
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
    const found = await this.#options.lookUp();
    if ('ended' in found) return this.sayBye(found.ended);
    if (!this.#options.mayHear(found.caller)) return this.sayBye('rights');
    this.#options.onAsked?.(found.caller);
  }
}

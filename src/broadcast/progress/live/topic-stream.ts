import { type Caller, may } from '../../../access/caller.js';
import { actingAsSystem } from '../../../kernel/acting.js';
import { Ticker } from '../../../kernel/ticker.js';
import type { EventReader } from './event-stream.js';
import type { Topic } from './topic.js';

const EVERY_MS = 1_000;
/** Rights that were taken away end a stream within twice this time: a session is known for as long. */
const ASK_AGAIN_MS = 4_000;

/** Why a stream ends from our side. */
export type ByeReason = 'ended' | 'rights' | 'stopping';

interface Options {
  readonly topics: readonly Topic[];
  readonly me: boolean;
  readonly caller: Caller;
  readonly callerNow: () => Promise<Caller | undefined>;
  readonly onError: (error: unknown) => void;
}

/** Keeps one stream alive, and asks again and again whether its reader may still hear all of it. */
export class TopicStream {
  readonly #stream: EventReader;
  readonly #options: Options;
  readonly #ticker: Ticker;
  #askedAt = performance.now();
  #me: string;

  constructor(stream: EventReader, options: Options) {
    this.#stream = stream;
    this.#options = options;
    this.#me = rightsOf(options.caller);
    this.#ticker = new Ticker(
      () => EVERY_MS,
      () => this.#tick(),
      options.onError,
    );
    actingAsSystem(() => this.#ticker.start());
  }

  tell(event: string, data: Readonly<Record<string, unknown>>): void {
    if (this.#stream.isReady) this.#stream.send({ event, data: JSON.stringify(data) });
  }

  sayBye(reason: ByeReason): void {
    this.tell('bye', { reason });
    this.#stream.end();
  }

  async stop(): Promise<void> {
    await this.#ticker.stop();
  }

  async #tick(): Promise<void> {
    this.#stream.tend();
    if (performance.now() - this.#askedAt < ASK_AGAIN_MS) return;
    this.#askedAt = performance.now();
    const caller = await this.#options.callerNow();
    if (caller === undefined) return this.sayBye('ended');
    if (!this.#options.topics.every((topic) => mayHear(caller, topic)))
      return this.sayBye('rights');
    const me = rightsOf(caller);
    if (this.#options.me && me !== this.#me) this.tell('me', { name: caller.name });
    this.#me = me;
  }
}

const mayHear = (caller: Caller, { appid, broadcastId }: Topic): boolean =>
  may(caller, broadcastId === undefined ? 'account.read' : 'broadcast.read', appid);

const rightsOf = ({ name, grants }: Caller): string => JSON.stringify([name, grants]);

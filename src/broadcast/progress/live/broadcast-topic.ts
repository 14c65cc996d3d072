import type { EventReader, ServerSentEvent } from './event-stream.js';
import type { Positions } from './positions.js';

interface Seen {
  readonly state?: unknown;
  readonly shown?: unknown;
  readonly limitedBy?: unknown;
  readonly accountFault?: unknown;
}

/** One broadcast among the topics of a stream: whatever a watch tells of it goes out with the broadcast's id. */
export class BroadcastTopic implements EventReader {
  #open = true;
  #why = '';
  readonly #closed: (() => void)[] = [];
  readonly #stream: EventReader;
  readonly #positions: Positions;
  readonly #place: number;
  readonly #broadcastId: string;

  constructor(stream: EventReader, positions: Positions, place: number, broadcastId: string) {
    this.#stream = stream;
    this.#positions = positions;
    this.#place = place;
    this.#broadcastId = broadcastId;
    stream.onClose(() => this.end());
  }

  get isReady(): boolean {
    return this.#open && this.#stream.isReady;
  }

  send({ event, id, data }: ServerSentEvent): void {
    const told = JSON.parse(data) as Readonly<Record<string, unknown>>;
    const position = this.#positions.after(this.#place, typeof id === 'number' ? id : undefined);
    this.#tell(event, position, told);
    if (event === 'state' && told['kind'] === 'changed')
      this.#tell('edited', position, { at: told['at'], by: told['actor'], data: told['data'] });
    if (event === 'progress') this.#tellWhy(position, told);
  }

  tend(): void {} // its stream tends itself

  /** Ends the topic, not the stream. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const listener of this.#closed) listener();
  }

  onClose(listener: () => void): void {
    if (this.#open) this.#closed.push(listener);
    else listener();
  }

  /** What stands in its way is another than before: a page asks for it. */
  #tellWhy(position: string, { state, shown, limitedBy, accountFault }: Seen): void {
    const why = { state, shown, limitedBy, accountFault };
    const text = JSON.stringify(why);
    if (text === this.#why) return;
    this.#why = text;
    this.#tell('why', position, why);
  }

  #tell(event: string, id: string, data: Readonly<Record<string, unknown>>): void {
    this.#stream.send({ event, id, data: JSON.stringify({ ...data, id: this.#broadcastId }) });
  }
}

import { setTimeout as sleep } from 'node:timers/promises';

interface Told {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads one stream of server-sent events as a browser does. */
export class EventReader {
  readonly told: Told[] = [];
  ended = false;
  readonly #stop: AbortController;

  private constructor(
    readonly response: Response,
    stop: AbortController,
  ) {
    this.#stop = stop;
  }

  static async open(url: string, headers: Record<string, string>): Promise<EventReader> {
    const stop = new AbortController();
    const reader = new EventReader(await fetch(url, { headers, signal: stop.signal }), stop);
    void reader.#read().catch(() => (reader.ended = true));
    return reader;
  }

  close(): void {
    this.#stop.abort();
  }

  /** The first such event; waits for it. */
  async until(event: string, matches: (data: Told['data']) => boolean = () => true): Promise<Told> {
    for (;;) {
      const found = this.told.find((told) => told.event === event && matches(told.data));
      if (found) return found;
      if (this.ended) throw new Error(`ended after ${JSON.stringify(this.told)}`);
      await sleep(20);
    }
  }

  /** An event of this kind in a broadcast's life; waits for it. */
  state(kind: string): Promise<Told> {
    return this.until('state', (data) => data['kind'] === kind);
  }

  /** How far a broadcast is, once it is so far; waits for it. */
  progress(matches?: (data: Told['data']) => boolean): Promise<Told> {
    return this.until('progress', matches);
  }

  /** Resolves when the service has ended the stream. */
  async end(): Promise<void> {
    while (!this.ended) await sleep(20);
  }

  async #read(): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of this.response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
    this.ended = true;
  }

  #take(block: string): void {
    const lines = block.split('\n');
    const at = (field: string) =>
      lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2);
    const event = at('event');
    if (event === undefined) return;
    const data = JSON.parse(at('data') ?? 'null') as Told['data'];
    this.told.push({ event, id: at('id'), data });
  }
}

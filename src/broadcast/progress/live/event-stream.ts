import type { Writable } from 'node:stream';

/** A proxy or browser drops a connection that is silent for long: an empty comment keeps it open. */
const HEARTBEAT_MS = 15_000;
/** We give up a reader that takes nothing for this long. */
const PATIENCE_MS = 30_000;

export interface ServerSentEvent {
  readonly event: string;
  /** What the browser sends back as `Last-Event-ID` when it connects again. */
  readonly id?: number | string | undefined;
  /** JSON, on one line. */
  readonly data: string;
}

/** Whoever events are told to: a stream, or one topic among those of a stream. */
export interface EventReader {
  readonly isReady: boolean;
  send(event: ServerSentEvent): void;
  tend(): void;
  end(): void;
  onClose(listener: () => void): void;
}

/**
 * Server-sent events to one reader. We buffer nothing beyond what the socket holds: the sender asks `isReady` first,
 * and comes again later if the reader is slow.
 */
export class EventStream implements EventReader {
  #open: boolean;
  /** The reader may have left before the stream began: `onClose` then calls its listener at once. */
  #closed: boolean;
  #fullSince: number | undefined;
  #wroteAt: number;
  readonly #socket: Writable;
  readonly #nowMs: () => number;

  constructor(socket: Writable, nowMs: () => number = () => performance.now()) {
    this.#socket = socket;
    this.#nowMs = nowMs;
    this.#wroteAt = nowMs();
    this.#closed = socket.destroyed;
    this.#open = !this.#closed;
    socket.on('drain', () => (this.#fullSince = undefined));
    // Without a listener for it, a reset of the connection would end the process.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#open = false;
      this.#closed = true;
    });
    // Browsers wait as long before they connect again.
    this.#write('retry: 2000\n\n');
  }

  get isReady(): boolean {
    return this.#open && this.#fullSince === undefined;
  }

  send({ event, id, data }: ServerSentEvent): void {
    this.#write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`);
  }

  /** Call it now and then: it keeps a quiet connection alive, and destroys one that nobody reads. */
  tend(): void {
    const now = this.#nowMs();
    if (this.#fullSince !== undefined && now - this.#fullSince >= PATIENCE_MS) {
      this.#socket.destroy();
    } else if (this.isReady && now - this.#wroteAt >= HEARTBEAT_MS) {
      this.#write(':\n\n');
    }
  }

  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#socket.end();
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#socket.once('close', listener);
  }

  #write(text: string): void {
    if (!this.#open) return;
    this.#wroteAt = this.#nowMs();
    if (!this.#socket.write(text)) this.#fullSince ??= this.#wroteAt;
  }
}

import type { Dispatcher } from 'undici';
import { readAnswer, type WechatAnswer } from './answer.js';
import { StaleWrite, WechatUnreachable } from './wechat.errors.js';

/**
 * One request's way through undici. `onRequestStart` is the line between "nothing was sent" and "maybe": undici
 * calls it once, when a connection is there, and writes in the same turn.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  #written = false;
  #status = 0;
  #deadline = 0;
  readonly #chunks: Buffer[] = [];
  readonly #path: string;
  readonly #timeoutMs: number;
  readonly #mayWrite: (() => boolean) | undefined;
  readonly #resolve: (answer: WechatAnswer) => void;
  readonly #reject: (error: Error) => void;

  constructor(
    path: string,
    timeoutMs: number,
    mayWrite: (() => boolean) | undefined,
    resolve: (answer: WechatAnswer) => void,
    reject: (error: Error) => void,
  ) {
    this.#path = path;
    this.#timeoutMs = timeoutMs;
    this.#mayWrite = mayWrite;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(): void {
    // Thrown, because `controller.abort()` would close the connection, which is in order.
    if (this.#mayWrite?.() === false) throw new StaleWrite(this.#path);
    this.#written = true;
    this.#deadline = performance.now() + 2 * this.#timeoutMs;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status; // after an informational 1xx, the real one follows
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    // undici's own timeout starts anew with every chunk; an answer that trickles must end too.
    if (performance.now() > this.#deadline)
      controller.abort(new Error('the answer came too slowly'));
  }

  onResponseEnd(): void {
    try {
      this.#resolve(readAnswer(this.#path, this.#status, Buffer.concat(this.#chunks)));
    } catch (error) {
      this.#reject(error as Error);
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (error instanceof StaleWrite) this.#reject(error);
    else
      this.#reject(new WechatUnreachable(this.#path, this.#written ? 'maybe' : 'no', plain(error)));
  }
}

/** Only the text of a parser's error: its `data` has the bytes that it could not parse, perhaps with a token. */
const plain = (error: Error): Error => ('data' in error ? new Error(error.message) : error);

import type { Dispatcher } from 'undici';
import type { AnswerVerdict } from './callback-meter.js';

/** The result of one attempt to push. */
export type CallbackAnswer = {
  readonly verdict: AnswerVerdict;
  /** 0 if there was no answer. */
  readonly status: number;
  readonly body: string;
  readonly tookMs: number;
};

const MAX_BODY_BYTES = 1_024;

/** Reads one answer and judges it byte for byte. Only 200 with `success` or an empty body is good. */
export class CallbackListener implements Dispatcher.DispatchHandler {
  readonly #timeoutMs: number;
  readonly #settle: (answer: CallbackAnswer) => void;

  readonly #startedAt = performance.now();
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;

  constructor(timeoutMs: number, settle: (answer: CallbackAnswer) => void) {
    this.#timeoutMs = timeoutMs;
    this.#settle = settle;
  }

  // undici uses its former interface for a handler without this method.
  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#bytes < MAX_BODY_BYTES) this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  onResponseEnd(): void {
    const tookMs = performance.now() - this.#startedAt;
    const body = Buffer.concat(this.#chunks).toString('latin1');
    const good =
      this.#status === 200 && (this.#bytes === 0 || (this.#bytes === 7 && body === 'success'));
    const verdict = tookMs > this.#timeoutMs ? 'unanswered' : good ? 'ok' : 'illegal';
    this.#settle({ verdict, status: this.#status, body: body.slice(0, MAX_BODY_BYTES), tookMs });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const tookMs = performance.now() - this.#startedAt;
    this.#settle({ verdict: 'unanswered', status: 0, body: error.message, tookMs });
  }
}

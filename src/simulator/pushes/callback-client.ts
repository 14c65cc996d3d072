import { Pool } from 'undici';
import type { ReceiptSettings } from '../settings/account-settings.js';
import { CallbackListener, type CallbackAnswer } from './callback-answer.js';
import type { Envelope } from './envelope.js';

/** Calls one callback address over kept-alive connections. */
export class CallbackClient {
  readonly connections: number;
  readonly #pool: Pool;
  readonly #path: string;
  readonly #xml: Record<string, string>;

  constructor(
    readonly url: string,
    { concurrency, answerTimeoutMs }: Pick<ReceiptSettings, 'concurrency' | 'answerTimeoutMs'>,
  ) {
    this.connections = concurrency;
    const { origin, pathname, search } = new URL(url);
    this.#pool = new Pool(origin, {
      connections: concurrency,
      connectTimeout: answerTimeoutMs,
    });
    this.#path = `${pathname}${search || '?'}${search ? '&' : ''}`;
    this.#xml = {
      'content-type': 'text/xml',
      'user-agent': 'Mozilla/4.0',
      accept: '*/*',
      pragma: 'no-cache',
    };
  }

  post(
    { query, body }: Envelope,
    timeoutMs: number,
    settle: (answer: CallbackAnswer) => void,
  ): void {
    const headers = body.startsWith('{')
      ? { ...this.#xml, 'content-type': 'application/json' }
      : this.#xml;
    this.#pool.dispatch(
      {
        method: 'POST',
        path: this.#path + query,
        headers,
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      },
      new CallbackListener(timeoutMs, settle),
    );
  }

  /** WeChat's check of a new callback address. The callback must answer with the echostr. */
  async get(query: string): Promise<{ status: number; body: string }> {
    const { statusCode, body } = await this.#pool.request({
      method: 'GET',
      path: this.#path + query,
    });
    return { status: statusCode, body: await body.text() };
  }

  /** Takes no new pushes. Those in flight may still be answered. */
  async retire(): Promise<void> {
    await this.#pool.close();
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

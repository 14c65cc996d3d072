import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Agent, type Dispatcher, Pool } from 'undici';
import { SendingConfig, WechatConfig } from '../config/config.js';
import { ProxyConfig } from '../config/proxy-config.js';
import { tunnelThrough } from '../http/proxy-tunnels.js';
import type { WechatAnswer } from './answer.js';
import { Exchange } from './exchange.js';

/** One call of WeChat's API, as the transport needs it. */
export interface WechatRequest {
  /** Begins with a slash; the only part of a request that errors and logs may show. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Left out: POST with a body, GET without. */
  readonly method?: 'GET' | 'POST';
  /** Already JSON. */
  readonly body?: string;
  /** For the answer to begin, and again for it to end. */
  readonly timeoutMs?: number;
  /** Called right before the first byte goes to the socket; false gives the request up unsent. */
  readonly mayWrite?: () => boolean;
}

const TIMEOUT_MS = 8_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A page of 10,000 openids is about 320 KiB. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Beside the sends: tokens, templates, followers, quota. */
const OTHER_CALLS = 32;

const JSON_BODY = ['content-type', 'application/json'];

/**
 * Exchanges one request with WeChat for one answer, and never tries twice: what to do about a failure is the
 * caller's decision. HTTP/1.1 with one request per connection at a time, because only there does undici neither
 * repeat a request whose connection broke nor fail one for the sake of another.
 */
@Injectable()
export class WechatTransport implements OnApplicationShutdown {
  readonly #logger = new Logger(WechatTransport.name);
  readonly #way: Dispatcher;
  readonly #origin: string;
  /** The path under which a reverse proxy has WeChat's API; mostly empty. */
  readonly #prefix: string;
  #closed: Promise<void> | undefined;

  constructor(wechat: WechatConfig, sending: SendingConfig, proxies: ProxyConfig) {
    const base = new URL(wechat.apiBase);
    const options = {
      connections: sending.concurrency + OTHER_CALLS,
      pipelining: 1,
      allowH2: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // Shorter than servers keep idle connections: one that they close under a request puts it in doubt.
      keepAliveTimeout: 4_000,
      maxResponseSize: MAX_ANSWER_BYTES,
    } satisfies Agent.Options;
    const proxy = proxies.ofWechat(base);
    if (proxy) this.#logger.log(`WeChat is called through the proxy ${proxy.origin}`);
    this.#way = proxy ? tunnelThrough(proxy, options) : new Pool(base.origin, options);
    this.#origin = base.origin;
    this.#prefix = base.pathname.replace(/\/+$/, '');
  }

  /** Rejects with WechatRefusal, WechatUnreachable or StaleWrite, and with nothing else. */
  exchange(request: WechatRequest): Promise<WechatAnswer> {
    const { path, query, body = null, timeoutMs = TIMEOUT_MS } = request;
    return new Promise((resolve, reject) => {
      const called = `${this.#prefix}${path}`;
      this.#way.dispatch(
        {
          origin: this.#origin,
          path: query === undefined ? called : `${called}?${encode(query)}`,
          method: request.method ?? (body === null ? 'GET' : 'POST'),
          headers: body === null ? null : JSON_BODY,
          body,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
        },
        new Exchange(path, timeoutMs, request.mayWrite, resolve, reject),
      );
    });
  }

  /** Waits for the requests under way; further ones are refused unsent. */
  async onApplicationShutdown(): Promise<void> {
    await (this.#closed ??= this.#way.close());
  }
}

/** `URLSearchParams` takes several times as long, and this runs for every message. */
const encode = (query: Readonly<Record<string, string>>): string =>
  Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');

import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { SendingConfig, WechatConfig } from '../config/config.js';
import { ProxyConfig } from '../config/proxy-config.js';
import { isSandboxAppid } from '../kernel/sandbox-appid.js';
import type { WechatAnswer } from './answer.js';
import { Exchange } from './exchange.js';
import { PretendedWechats } from './pretended-wechats.js';
import { WechatUnreachable } from './wechat.errors.js';
import { type Way, wayTo } from './ways.js';

/** Whose call it is. It decides whether the real WeChat is called or a pretended one. */
export interface CallingAccount {
  readonly appid: string;
  /** Null is the installation's `WECHAT_API_BASE`; a sandbox has its own. */
  readonly apiBase: string | null;
}

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
/** Beside the sends: tokens, templates, followers, quota. */
const OTHER_CALLS = 32;

const NO_WECHAT = 'the pretended WeChat of this account does not run here';

const JSON_BODY = ['content-type', 'application/json'];

/**
 * Exchanges one request with WeChat for one answer, and never tries twice: what to do about a failure is the
 * caller's decision.
 */
@Injectable()
export class WechatTransport implements OnApplicationShutdown {
  readonly #logger = new Logger(WechatTransport.name);
  readonly #wechat: Way;
  readonly #pretended: PretendedWechats;
  #closed: Promise<void> | undefined;

  constructor(
    wechat: WechatConfig,
    sending: SendingConfig,
    proxies: ProxyConfig,
    pretended: PretendedWechats,
  ) {
    const proxy = proxies.ofWechat(new URL(wechat.apiBase));
    if (proxy) this.#logger.log(`WeChat is called through the proxy ${proxy.origin}`);
    this.#wechat = wayTo(wechat.apiBase, sending.concurrency + OTHER_CALLS, proxy);
    this.#pretended = pretended;
  }

  /** Rejects with WechatRefusal, WechatUnreachable or StaleWrite, and with nothing else. */
  exchange(account: CallingAccount, request: WechatRequest): Promise<WechatAnswer> {
    const { path, query, body = null, timeoutMs = TIMEOUT_MS } = request;
    const way = this.#wayOf(account);
    if (way === undefined)
      return Promise.reject(new WechatUnreachable(path, 'no', new Error(NO_WECHAT)));
    return new Promise((resolve, reject) => {
      const called = `${way.prefix}${path}`;
      way.dispatcher.dispatch(
        {
          origin: way.origin,
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
    await (this.#closed ??= Promise.all([
      this.#wechat.dispatcher.close(),
      this.#pretended.close(),
    ]).then(() => {}));
  }

  /** A sandbox never reaches the real WeChat, and a real account never a pretended one, whatever a row says. */
  #wayOf({ appid, apiBase }: CallingAccount): Way | undefined {
    const isSandbox = isSandboxAppid(appid);
    if (isSandbox !== (apiBase !== null)) return undefined;
    return isSandbox ? this.#pretended.find(appid) : this.#wechat;
  }
}

/** `URLSearchParams` takes several times as long, and this runs for every message. */
const encode = (query: Readonly<Record<string, string>>): string =>
  Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');

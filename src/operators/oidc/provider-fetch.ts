import { Agent, type Dispatcher, fetch, type RequestInit } from 'undici';
import type { CustomFetch } from 'openid-client';
import type { ProxyAddress } from '../../config/proxy-address.js';
import type { ProxyConfig } from '../../config/proxy-config.js';
import { tunnelThrough } from '../../http/proxy-tunnels.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** Documents, keys and tokens are some kilobytes. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Calls the identity provider, itself or through the forward proxy. Its address comes from the environment, so a private
 * one is as good as any; redirects are not followed.
 */
export class ProviderFetch {
  readonly #proxies: ProxyConfig;
  readonly #options: Agent.Options = { maxResponseSize: MAX_ANSWER_BYTES };
  readonly #direct = new Agent({ ...this.#options, connect: { timeout: CONNECT_TIMEOUT_MS } });
  readonly #proxied = new Map<ProxyAddress, Dispatcher>();

  constructor(proxies: ProxyConfig) {
    this.#proxies = proxies;
  }

  /** As the library wants it: the platform's `fetch`, by our way. */
  readonly fetch: CustomFetch = async (url, { body, signal, ...options }) => {
    const request: RequestInit = {
      ...options,
      body: body as string | URLSearchParams | null,
      signal: signal ?? null,
      dispatcher: this.#wayTo(new URL(url)),
    };
    return await fetch(url, request);
  };

  async close(): Promise<void> {
    await Promise.all([this.#direct, ...this.#proxied.values()].map((way) => way.close()));
  }

  #wayTo(url: URL): Dispatcher {
    const proxy = this.#proxies.of(url);
    if (proxy === undefined) return this.#direct;
    let way = this.#proxied.get(proxy);
    if (way === undefined) this.#proxied.set(proxy, (way = tunnelThrough(proxy, this.#options)));
    return way;
  }
}

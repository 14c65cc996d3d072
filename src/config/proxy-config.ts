import { isIP } from 'node:net';
import type { ProxyAddress } from './proxy-address.js';
import { ProxyExceptions } from './proxy-exceptions.js';

/** Through which proxy an address is called, if through any. */
export class ProxyConfig {
  readonly #exceptions: ProxyExceptions;
  /** For WeChat's API alone, and for it always. */
  readonly #forWechat: ProxyAddress | undefined;
  readonly #forHttps: ProxyAddress | undefined;
  readonly #forHttp: ProxyAddress | undefined;

  constructor(
    forWechat?: ProxyAddress,
    forHttps?: ProxyAddress,
    forHttp?: ProxyAddress,
    noProxy: readonly string[] = [],
  ) {
    this.#forWechat = forWechat;
    this.#forHttps = forHttps;
    this.#forHttp = forHttp;
    this.#exceptions = new ProxyExceptions(noProxy);
  }

  /** Addresses of this machine are never called through a proxy: it would call its own. */
  of(url: URL): ProxyAddress | undefined {
    if (isThisMachine(url) || this.#exceptions.has(url)) return undefined;
    return url.protocol === 'https:' ? this.#forHttps : this.#forHttp;
  }

  ofWechat(apiBase: URL): ProxyAddress | undefined {
    return this.#forWechat ?? this.of(apiBase);
  }
}

const isThisMachine = ({ hostname }: URL): boolean =>
  /^(.+\.)?localhost\.?$/.test(hostname) ||
  hostname === '[::1]' ||
  (isIP(hostname) === 4 && hostname.startsWith('127.'));

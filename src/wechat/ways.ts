import { type Agent, type Dispatcher, Pool } from 'undici';
import type { ProxyAddress } from '../config/proxy-address.js';
import { tunnelThrough } from '../http/proxy-tunnels.js';

/** How an API is reached: on what connections, and where. */
export interface Way {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  /** The path under which a reverse proxy has the API; mostly empty. */
  readonly prefix: string;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** A page of 10,000 openids is about 320 KiB. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * HTTP/1.1 with one request per connection at a time, because only there does undici neither repeat a request whose
 * connection broke nor fail one for the sake of another.
 */
export function wayTo(apiBase: string, connections: number, proxy?: ProxyAddress): Way {
  const base = new URL(apiBase);
  const options = {
    connections,
    pipelining: 1,
    allowH2: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Shorter than servers keep idle connections: one that they close under a request puts it in doubt.
    keepAliveTimeout: 4_000,
    maxResponseSize: MAX_ANSWER_BYTES,
  } satisfies Agent.Options;
  return {
    dispatcher: proxy ? tunnelThrough(proxy, options) : new Pool(base.origin, options),
    origin: base.origin,
    prefix: base.pathname.replace(/\/+$/, ''),
  };
}

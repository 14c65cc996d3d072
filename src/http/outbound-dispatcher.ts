import { isIP } from 'node:net';
import { Agent, buildConnector, Dispatcher, type ProxyAgent } from 'undici';
import type { ProxyAddress } from '../config/proxy-address.js';
import type { ProxyConfig } from '../config/proxy-config.js';
import {
  bareHost,
  guardedLookup,
  type OutboundPolicy,
  publicAddressOf,
  refusalOf,
} from './outbound-address.js';
import { tunnelThrough } from './proxy-tunnels.js';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Connects, itself or through a proxy, only to addresses that the policy allows, whatever DNS says by then. A proxy is
 * given the checked address instead of the name, which could lead elsewhere for it. Follows no redirects.
 */
export class OutboundDispatcher extends Dispatcher {
  readonly #direct: Agent;
  readonly #proxied = new Map<ProxyAddress, ProxyAgent>();
  readonly #policy: OutboundPolicy;
  readonly #proxies: ProxyConfig;
  readonly #options: Agent.Options;

  constructor(policy: OutboundPolicy, proxies: ProxyConfig, options: Agent.Options = {}) {
    super();
    this.#policy = policy;
    this.#proxies = proxies;
    this.#options = options;
    this.#direct = new Agent({ ...options, connect: guardedConnector(policy) });
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const origin = options.origin ?? '';
    const proxy = this.#proxies.of(new URL(origin));
    const way = proxy === undefined ? this.#direct : this.#through(proxy);
    return way.dispatch({ ...options, origin }, handler);
  }

  override close(): Promise<void>;
  override close(callback: () => void): void;
  override close(callback?: () => void): Promise<void> | void {
    const closed = Promise.all([...this.#proxied.values(), this.#direct].map((way) => way.close()));
    if (callback === undefined) return closed.then(() => {});
    void closed.finally(callback);
  }

  #through(proxy: ProxyAddress): ProxyAgent {
    let agent = this.#proxied.get(proxy);
    if (agent === undefined) {
      agent = tunnelThrough(proxy, this.#options, (authority) => checked(authority, this.#policy));
      this.#proxied.set(proxy, agent);
    }
    return agent;
  }
}

function guardedConnector(policy: OutboundPolicy): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: guardedLookup(policy) });
  return (target, callback) => {
    // A literal address is never looked up.
    const host = bareHost(target.hostname);
    const refusal = isIP(host) === 0 ? undefined : refusalOf(host, host, policy);
    if (refusal === undefined) connect(target, callback);
    else callback(refusal, null);
  };
}

/** `name:port` as `address:port`, of an address that may be called. */
async function checked(authority: string, policy: OutboundPolicy): Promise<string> {
  const colon = authority.lastIndexOf(':');
  const address = await publicAddressOf(bareHost(authority.slice(0, colon)), policy);
  return `${isIP(address) === 6 ? `[${address}]` : address}${authority.slice(colon)}`;
}

import { type Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { ProxyAddress } from '../config/proxy-address.js';

/** For each of three: reaching the proxy, its answer, and TLS with the host behind it. */
const PATIENCE_MS = 5_000;

/** No tunnel came to be, so nothing of the request was written. Names the proxy, never its password. */
class ProxyFault extends Error {
  override readonly name = 'ProxyFault';
}

/** What the proxy is told to connect to, as `host:port`; may refuse by throwing. */
type Destination = (authority: string) => Promise<string>;

const asCalled: Destination = (authority) => Promise.resolve(authority);

/**
 * Everything goes through a tunnel, plain http too: then a proxy that is down or silent proves that nothing was sent,
 * and no proxy can answer in the name of the host that we call. See docs/decisions/0023.
 */
export function tunnelThrough(
  proxy: ProxyAddress,
  options: Agent.Options = {},
  destination = asCalled,
): ProxyAgent {
  return new ProxyAgent({
    ...options,
    uri: proxy.origin,
    ...(proxy.authorization !== undefined && { token: proxy.authorization }),
    proxyTunnel: true,
    connectTimeout: PATIENCE_MS,
    requestTls: { allowH2: false },
    clientFactory: (origin, given) =>
      openingTunnels(
        new Pool(origin, { ...given, headersTimeout: PATIENCE_MS, connectTimeout: PATIENCE_MS }),
        proxy.origin,
        destination,
      ),
  });
}

/** undici asks this pool for each tunnel: here is decided where a tunnel leads, and told what went wrong. */
function openingTunnels(pool: Pool, name: string, destination: Destination): Pool {
  const open = pool.connect.bind(pool);
  const connect = async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    const path = await destination(options.path);
    let tunnel: Dispatcher.ConnectData;
    try {
      tunnel = await open({
        ...options,
        path,
        headers: { ...(options.headers as object), host: path },
      });
    } catch (cause) {
      throw new ProxyFault(`the proxy ${name} did not open a tunnel: ${reasonOf(cause)}`, {
        cause,
      });
    }
    if (tunnel.statusCode === 200) return tunnel;
    tunnel.socket.on('error', () => {}).destroy();
    throw new ProxyFault(`the proxy ${name} refused a tunnel: ${meaningOf(tunnel.statusCode)}`);
  };
  return Object.assign(pool, { connect });
}

const meaningOf = (status: number): string =>
  status === 407
    ? 'it wants another user name or password (407)'
    : status === 403
      ? 'it does not let us call this address (403)'
      : `it answered ${status}`;

/** An `AggregateError` of several tried addresses has no message of its own. */
function reasonOf(error: unknown): string {
  const { message, code, name } = error as NodeJS.ErrnoException;
  return message || (code ?? name);
}

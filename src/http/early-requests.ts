import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { withoutBasePath } from './base-path.js';
import type { ConnectionBounds } from './connection-bounds.js';

/** Answers a request, or says with `false` that it is Fastify's. It must not throw. */
export type EarlyListener = (request: IncomingMessage, response: ServerResponse) => boolean;

const entrances = new WeakMap<object, EarlyRequests>();

/**
 * Requests that are answered before Fastify sees them: without its hooks, its router, its security headers and its
 * log. Worth it only for what comes by the thousand in a second, see docs/decisions/0012.
 */
export class EarlyRequests {
  #listener: EarlyListener = () => false;

  /** Those of an adapter that was made with their `serverFactory`. */
  static of(adapter: object): EarlyRequests {
    const entrance = entrances.get(adapter);
    if (!entrance) throw new Error('this adapter has no early requests: was it made elsewhere?');
    return entrance;
  }

  readonly #bounds: ConnectionBounds;
  readonly #basePath: string;

  constructor(bounds: ConnectionBounds, basePath: string) {
    this.#bounds = bounds;
    this.#basePath = basePath;
  }

  /** Fastify makes one server with it, which listens on one address: the first, where a name has several. */
  readonly serverFactory = (handler: RequestListener): Server => {
    const { headersMs, requestMs, uploads, idleMs, checkEveryMs, connections } = this.#bounds;
    const times = {
      headersTimeout: headersMs,
      // For requests that nothing else times; `body-pace` times the bodies that Fastify reads.
      requestTimeout: Math.max(headersMs, requestMs, uploads.wholeMs),
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: checkEveryMs,
    };
    const server = createServer(times, (request, response) => {
      request.url = withoutBasePath(request.url ?? '', this.#basePath);
      if (!this.#listener(request, response)) handler(request, response);
    });
    server.maxConnections = connections;
    return server;
  };

  belongTo(adapter: object): void {
    entrances.set(adapter, this);
  }

  /** There is one listener: a later one replaces it. */
  listen(listener: EarlyListener): void {
    this.#listener = listener;
  }
}

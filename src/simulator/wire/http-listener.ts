import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Call } from './call.js';
import { jsonReply, type Reply } from './reply.js';

const MAX_BODY_BYTES = 1_048_576;
/** Clients close idle connections earlier. A server that closed first would lose requests without a fault rule. */
const KEEP_ALIVE_MS = 120_000;

/** The HTTP server of the simulator. It uses bare `node:http`, because a framework would double the cost of a send. */
export class HttpListener {
  readonly #answer: (call: Call) => Promise<Reply>;

  readonly #server: Server;

  constructor(answer: (call: Call) => Promise<Reply>) {
    this.#answer = answer;
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      void this.#serve(request, response);
    });
  }

  /** Listens, on a free port if `port` is 0. Returns the address to call. */
  async listen(port: number, host: string): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    const { address, port: taken, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { method = 'GET', url = '/', socket } = request;
      const body = method === 'GET' ? '' : await readBody(request, MAX_BODY_BYTES);
      if (body === undefined) {
        response.once('finish', () => request.destroy());
        write(response, jsonReply('{"errcode":45002,"errmsg":"content size out of limit"}', 413));
        return;
      }
      write(response, await this.#answer(new Call(method, url, body, socket.remoteAddress ?? '')));
    } catch (error) {
      // The test must see a mistake in the simulator.
      write(response, jsonReply(JSON.stringify({ error: String(error) }), 500));
    }
  }
}

function write(response: ServerResponse, reply: Reply): void {
  if (reply.kind === 'drop') {
    response.socket?.destroy();
    return;
  }
  const length = String(Buffer.byteLength(reply.body));
  if (reply.kind === 'answer') {
    response.writeHead(reply.status, ['content-type', reply.contentType, 'content-length', length]);
    response.end(reply.body);
    return;
  }
  response.writeHead(200, ['content-type', 'application/json', 'content-length', length]);
  response.write(reply.body.slice(0, reply.body.length >> 1), () => response.socket?.destroy());
}

/** Reads a body to its end. Undefined if it is too large, or the connection closed before. */
const readBody = (request: IncomingMessage, maxBytes: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on('end', () => resolve(textOf(chunks)));
    request.on('close', () => resolve(undefined));
  });

const textOf = (chunks: readonly Buffer[]): string => {
  const [only] = chunks;
  return chunks.length === 1 && only
    ? only.toString('utf8')
    : Buffer.concat(chunks).toString('utf8');
};

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What is lost: all bytes, or the answers alone, so that what was asked is done and nobody hears of it. */
export type Silence = 'both' | 'answers';

interface Line {
  silence: Silence | undefined;
  /** Where the target sees it come from. */
  port: number | undefined;
  /** The client has closed it. */
  left: boolean;
}

/**
 * A way to a store on which bytes can vanish while connections stay open: a dropped NAT entry, a host without power, a
 * fail-over by address. A connection that went silent stays so for good; new ones are heard again after `speak`.
 */
export class SilentProxy {
  #silence: Silence | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #lines = new Set<Line>();
  #swallowed = 0;
  readonly #server: Server;
  readonly #target: () => number | undefined;

  private constructor(server: Server, target: () => number | undefined) {
    this.#server = server;
    this.#target = target;
  }

  /** @param target the port behind it; none: connections are refused */
  static async open(target: () => number | undefined): Promise<SilentProxy> {
    const server = createServer();
    const proxy = new SilentProxy(server, target);
    server.on('connection', (client) => proxy.#serve(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The same address, by way of this proxy. */
  inFrontOf(url: string): string {
    const through = new URL(url);
    through.hostname = '127.0.0.1';
    through.port = String(this.port);
    return through.href;
  }

  /** How many times something was said that nobody heard. */
  get swallowed(): number {
    return this.#swallowed;
  }

  /** How many silent connections their clients still hold. */
  get held(): number {
    return [...this.#lines].filter(({ silence, left }) => silence !== undefined && !left).length;
  }

  /** From now on nothing is heard, over connections that stand and over new ones. */
  silence(what: Silence = 'both'): void {
    this.#silence = what;
    for (const line of this.#lines) line.silence = what;
  }

  /** One connection alone falls silent: the one that the target sees come from this port. */
  silenceFrom(port: number): void {
    for (const line of this.#lines) if (line.port === port) line.silence = 'both';
  }

  /** New connections are heard; those that were silent stay so. */
  speak(): void {
    this.#silence = undefined;
  }

  async close(): Promise<void> {
    const closed = once(this.#server.close(), 'close');
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(client: Socket): void {
    const port = this.#target();
    if (port === undefined) {
      client.resetAndDestroy();
      return;
    }
    const line: Line = { silence: this.#silence, port: undefined, left: false };
    this.#lines.add(line);
    const server = connect(port, '127.0.0.1', () => (line.port = server.localPort));
    client.once('close', () => (line.left = true));
    const pair = [client, server] as const;
    for (const [socket, other] of [pair, pair.toReversed() as unknown as typeof pair]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('data', (chunk: Buffer) => {
        if (line.silence === 'both' || (line.silence === 'answers' && socket === server)) {
          this.#swallowed++;
        } else if (!other.write(chunk)) {
          socket.pause();
          other.once('drain', () => socket.resume());
        }
      });
      // The end of one side is silent too.
      socket.on('close', () => {
        this.#sockets.delete(socket);
        if (line.silence !== undefined) return;
        this.#lines.delete(line);
        other.destroy();
      });
    }
  }
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { PostgresFrames } from '../../chaos/world/postgres-frames.js';

/**
 * Does to sessions what a pooler by transaction does: clients log in one after the other, each on a server connection of
 * its own, and from then on whichever is free serves whoever asks, until the end of his transaction.
 */
export class TransactionPooler {
  readonly #sockets = new Set<Socket>();
  /** The one that was used last is used first, as PgBouncer does. */
  readonly #free: Socket[] = [];
  readonly #waiting: ((server: Socket) => void)[] = [];
  readonly #server: Server;
  readonly #target: number;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
  }

  static async open(target: number): Promise<TransactionPooler> {
    const server = createServer();
    const pooler = new TransactionPooler(server, target);
    server.on('connection', (client) => pooler.#serve(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return pooler;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = once(this.#server.close(), 'close');
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(client: Socket): void {
    const first = connect(this.#target, '127.0.0.1');
    for (const socket of [client, first]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
    }
    let lent: Socket | undefined = first;
    let asked = Promise.resolve();
    this.#answer(
      first,
      () => client,
      () => (lent = undefined),
    );
    client.on('data', (chunk: Buffer) => {
      if (chunk[0] === 0x58) return; // Terminate: the server connection outlives its client
      asked = asked.then(async () => {
        if (lent === undefined) {
          lent = await this.#take();
          this.#answer(
            lent,
            () => client,
            () => (lent = undefined),
          );
        }
        lent.write(chunk);
      });
    });
    client.on('close', () => this.#sockets.delete(client));
  }

  /** Passes answers on until the transaction is over. */
  #answer(server: Socket, client: () => Socket, over: () => void): void {
    const frames = new PostgresFrames(0);
    const pass = (chunk: Buffer): void => {
      client().write(chunk);
      if (!frames.read(chunk).some(({ type, head }) => type === 'Z' && head === 'I')) return;
      server.off('data', pass);
      over();
      const next = this.#waiting.shift();
      if (next) next(server);
      else this.#free.push(server);
    };
    server.on('data', pass);
  }

  #take(): Promise<Socket> {
    const free = this.#free.pop();
    if (free) return Promise.resolve(free);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Cut } from '../plan/plan.js';
import { type Frame, PostgresFrames } from './postgres-frames.js';

/** A cut that strikes when its occasions come. */
export class ArmedCut {
  #strikes = 0;

  constructor(readonly cut: Cut) {}

  /** How many connections it has cut so far. */
  get strikes(): number {
    return this.#strikes;
  }

  get isSpent(): boolean {
    return this.#strikes >= this.cut.times;
  }

  strike(): void {
    this.#strikes++;
  }
}

/** The only way from the service to Postgres. It keeps its address when the server moves, and can cut connections. */
export class PostgresProxy {
  readonly #server: Server;

  /** The port of the server. Undefined while there is no server. */
  target: number | undefined;
  /** The times of cuts, by `Date.now()`. */
  readonly cutsAt: number[] = [];
  #armed: readonly ArmedCut[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<PostgresProxy> {
    const server = createServer();
    const proxy = new PostgresProxy(server);
    server.on('connection', (client) => proxy.#serve(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  cut(cut: Cut): ArmedCut {
    const armedCut = new ArmedCut(cut);
    this.#armed = [...this.#armed, armedCut];
    return armedCut;
  }

  async close(): Promise<void> {
    const closed = once(this.#server.close(), 'close');
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(client: Socket): void {
    if (this.target === undefined) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.target, '127.0.0.1');
    const both = [client, server];
    const end = (): void => both.forEach((socket) => void socket.destroy());
    for (const socket of both) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    let swallowing = false;
    const asked = new PostgresFrames(1);
    const answered = new PostgresFrames(0);
    client.on('data', (chunk: Buffer) => {
      for (const frame of asked.read(chunk)) {
        const cut = this.#strike(frame);
        if (cut?.when === 'before') {
          server.end(chunk.subarray(0, frame.start), end);
          return;
        }
        if (cut) swallowing = true;
      }
      if (!server.write(chunk)) pauseUntilDrained(client, server);
    });
    server.on('data', (chunk: Buffer) => {
      const frames = answered.read(chunk);
      if (!swallowing) {
        if (!client.write(chunk)) pauseUntilDrained(server, client);
      } else if (frames.some(({ type }) => type === 'Z')) end();
    });
  }

  #strike({ type, head }: Frame): Cut | undefined {
    const of = type === 'S' ? 'statement' : type === 'Q' && /^commit/i.test(head) ? 'commit' : '';
    const armedCut = this.#armed.find(({ cut }) => cut.of === of);
    if (armedCut === undefined) return undefined;
    armedCut.strike();
    this.cutsAt.push(Date.now());
    this.#armed = this.#armed.filter(({ isSpent: spent }) => !spent);
    return armedCut.cut;
  }
}

function pauseUntilDrained(source: Socket, sink: Socket): void {
  source.pause();
  sink.once('drain', () => source.resume());
}

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxyOptions {
  /** As `user:password`; left out: everybody may. */
  readonly login?: string;
  /** What it does with a tunnel that it is asked for: opens it, never says a word, hangs up, or answers so. */
  readonly mood?: 'open' | 'silent' | 'rude' | number;
  /** Where tunnels lead, whatever was asked for; left out: where was asked for. */
  readonly leadsTo?: number;
}

/** A forward proxy on the loopback that opens tunnels, or does not. */
export class ConnectProxy {
  /** What it was asked to connect to, as `host:port`. */
  readonly asked: string[] = [];
  readonly #server = createServer((_, response) => response.writeHead(405).end());
  readonly #sockets = new Set<Socket>();
  readonly #options: ConnectProxyOptions;

  private constructor(options: ConnectProxyOptions) {
    this.#options = options;
    this.#server.on('connection', (socket) => this.#keep(socket));
    this.#server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#tunnel(request, socket, head),
    );
  }

  static async start(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(options);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends every tunnel too. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #tunnel({ url = '', headers }: IncomingMessage, client: Socket, head: Buffer): void {
    const { login, mood = 'open', leadsTo } = this.#options;
    this.asked.push(url);
    if (login !== undefined && headers['proxy-authorization'] !== basic(login)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
    } else if (mood === 'rude') client.destroy();
    else if (typeof mood === 'number') {
      client.end(`HTTP/1.1 ${mood} No\r\nContent-Length: 0\r\n\r\n`);
    } else if (mood === 'open') {
      const { hostname, port } = new URL(`tcp://${url}`);
      const [host, to] = leadsTo === undefined ? [hostname, Number(port)] : ['127.0.0.1', leadsTo];
      const target = connect({ host: host.replace(/^\[(.*)\]$/, '$1'), port: to }, () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        if (head.length > 0) target.write(head);
        target.pipe(client).pipe(target);
      });
      this.#keep(target);
      target.on('close', () => client.destroy());
      client.on('close', () => target.destroy());
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
  }
}

const basic = (login: string): string => `Basic ${Buffer.from(login).toString('base64')}`;

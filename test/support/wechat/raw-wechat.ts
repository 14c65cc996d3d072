import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

type Answering = (socket: Socket, request: string) => void;

/** A WeChat at the level of bytes: each whole request is handed to `answer`. */
export class RawWechat {
  readonly requests: string[] = [];
  readonly sockets: Socket[] = [];
  answer: Answering = (socket) => socket.write(ok('{"errcode":0,"errmsg":"ok"}'));
  readonly #server: Server = createServer((socket) => this.#serve(socket));

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const { listening } = this.#server;
    if (listening) this.#server.close();
    for (const socket of this.sockets) socket.destroy();
    if (listening) await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.sockets.push(socket);
    // It may have been on its way when we closed.
    if (!this.#server.listening) socket.destroy();
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString();
      const end = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (end < 0 || Buffer.byteLength(text.slice(end + 4)) < length) return;
      const request = text;
      text = '';
      this.requests.push(request);
      this.answer(socket, request);
    });
  }
}

/** An answer of WeChat's as it lies on the wire, or one that claims another length. */
export const ok = (body: string | Buffer, length = Buffer.byteLength(body)): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n\r\n${String(body)}`;

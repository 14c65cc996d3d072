import { createDecipheriv } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

export type Push = {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly body: string;
};
export type PushReply = {
  readonly status?: number;
  readonly body?: string;
  readonly drop?: boolean;
  readonly afterMs?: number;
};

/** A callback that remembers what came and answers as it is told. */
export class PushTarget {
  readonly pushes: Push[] = [];
  readonly #server: Server;
  #url = '';

  private constructor(reply: (push: Push, number: number) => PushReply) {
    this.#server = createServer((incoming, response) => {
      void this.#read(incoming).then((push) => {
        const {
          status = 200,
          body = 'success',
          drop,
          afterMs = 0,
        } = reply(push, this.pushes.push(push) - 1);
        if (drop) incoming.socket.destroy();
        else setTimeout(() => response.writeHead(status).end(body), afterMs);
      });
    });
  }

  static async listen(
    reply: (push: Push, number: number) => PushReply = () => ({}),
  ): Promise<PushTarget> {
    const target = new PushTarget(reply);
    target.#server.listen(0, '127.0.0.1');
    await once(target.#server, 'listening');
    target.#url = `http://127.0.0.1:${(target.#server.address() as AddressInfo).port}/wechat`;
    return target;
  }

  get url(): string {
    return this.#url;
  }

  /** What the receipts said, in order of arrival. */
  get statuses(): (string | undefined)[] {
    return this.pushes.map(({ body }) => field(body, 'Status'));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #read(incoming: IncomingMessage): Promise<Push> {
    const { searchParams } = new URL(incoming.url ?? '', 'http://callback');
    return { method: incoming.method ?? '', query: searchParams, body: await text(incoming) };
  }
}

/** The text of an element, with or without CDATA. */
export const field = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>(?:<!\\[CDATA\\[(.*?)\\]\\]>|(.*?))</${name}>`)
    .exec(xml)
    ?.slice(1)
    .find((value) => value !== undefined);

/** Written from the protocol alone, so that it does not repeat a mistake of the simulator. */
export const decrypt = (sealed: string, appid: string): string => {
  const key = Buffer.from(`${AES_KEY}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(sealed, 'base64'), decipher.final()]);
  const padding = padded.at(-1) ?? 0;
  const plain = padded.subarray(0, padded.length - padding);
  const length = plain.readUInt32BE(16);
  expect(padded.length % 32).toBe(0);
  expect([...padded.subarray(-padding)]).toEqual(Array.from({ length: padding }, () => padding));
  expect(plain.subarray(20 + length).toString()).toBe(appid);
  return plain.subarray(20, 20 + length).toString();
};

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One send, as it came over the wire. */
export interface ReceivedSend {
  readonly path: string;
  readonly text: string;
  // oxlint-disable-next-line no-explicit-any -- a test reads what it expects
  readonly body: any;
}

/** Instead of an answer: the send was taken, and the connection breaks. */
export const NO_ANSWER = '';

export const ACCEPTED = '{"errcode":0,"errmsg":"ok","msgid":3487542469355618313}';

/** A WeChat that hands out tokens, writes down every send, and answers as it is told. */
export class ScriptedWechat {
  readonly sends: ReceivedSend[] = [];
  answer: (send: ReceivedSend) => string | Promise<string> = () => ACCEPTED;
  readonly #server: Server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const path = new URL(request.url ?? '', 'http://wechat').pathname;
      const answer = await this.#answerTo(path, text);
      if (answer === NO_ANSWER) return request.socket.destroy();
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(answer);
    })();
  });

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  to(openid: string): ReceivedSend[] {
    return this.sends.filter(({ body }) => body.touser === openid);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answerTo(path: string, text: string): Promise<string> {
    if (path.endsWith('/stable_token')) return '{"access_token":"a-token","expires_in":7200}';
    // The worker asks for the quota by itself, now and then.
    if (!path.includes('/message/')) return refusal(48001, 'api unauthorized');
    const send = { path, text, body: JSON.parse(text) };
    this.sends.push(send);
    return this.answer(send);
  }
}

/** A refusal as WeChat words it, with a rid. */
export const refusal = (errcode: number, errmsg = 'no'): string =>
  JSON.stringify({ errcode, errmsg: `${errmsg} rid: 6543-abcd-0001` });

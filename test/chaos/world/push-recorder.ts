import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One try of WeChat to push a receipt. Times are by `Date.now()`. */
export interface PushTry {
  readonly from: number;
  readonly until: number;
  /** Whether the service acknowledged it. */
  readonly answered: boolean;
}

/** The only way from WeChat to the callback. It records each push of a receipt, and whether it was acknowledged. */
export class PushRecorder {
  readonly #origin: string;

  readonly #tries = new Map<string, PushTry[]>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server = createServer((asked, answer) => void this.#forward(asked, answer));

  private constructor(origin: string) {
    this.#origin = origin;
    // WeChat decides how long it keeps a connection.
    this.#server.keepAliveTimeout = 0;
  }

  /** @param callbackUrl any address of the callback */
  static async open(callbackUrl: string): Promise<PushRecorder> {
    const recorder = new PushRecorder(new URL(callbackUrl).origin);
    recorder.#server.listen(0, '127.0.0.1');
    await once(recorder.#server, 'listening');
    return recorder;
  }

  /** The address that WeChat gets instead of the callback. */
  inFrontOf(callbackUrl: string): string {
    const url = new URL(callbackUrl);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** All tries to push the receipt of a message, in the order in which they ended. */
  triesOf(msgid: string): readonly PushTry[] {
    return this.#tries.get(msgid) ?? [];
  }

  /** The times at which pushes were acknowledged. */
  answers(): number[] {
    return [...this.#tries.values()]
      .flat()
      .filter(({ answered }) => answered)
      .map(({ until }) => until);
  }

  async close(): Promise<void> {
    const closed = once(this.#server.close(), 'close');
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  async #forward(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const from = Date.now();
    let msgid: string | undefined;
    let answered = false;
    try {
      const body = await buffer(asked);
      msgid = /<MsgID>(\d+)<\/MsgID>/i.exec(body.toString())?.[1];
      const { status, headers, said } = await this.#request(asked, body, answer);
      answered = status === 200 && said.toString() === 'success';
      answer.writeHead(status, headers).end(said);
    } catch {
      // WeChat gets no answer, too.
      answer.destroy();
    }
    if (msgid === undefined) return;
    const tries = this.#tries.get(msgid) ?? [];
    this.#tries.set(msgid, [...tries, { from, until: Date.now(), answered }]);
  }

  async #request({ method, url, headers }: IncomingMessage, body: Buffer, answer: ServerResponse) {
    const call = request(`${this.#origin}${url}`, { method, headers, agent: this.#agent });
    call.on('error', () => {}); // `once` rejects on an error while it matters
    answer.once('close', () => call.destroy());
    call.end(body);
    const [heard] = (await once(call, 'response')) as [IncomingMessage];
    const said = await buffer(heard);
    return { status: heard.statusCode ?? 0, headers: heard.headers, said };
  }
}

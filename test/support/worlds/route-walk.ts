import { connect } from 'node:net';

export interface Asked {
  readonly method: string;
  /** Sent as it is: not a slash or dot is put right on the way. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The path that it was made of. */
  readonly from?: string;
}

export interface Answer extends Asked {
  /** 0 where the connection ended without an answer. */
  readonly status: number;
}

const ABREAST = 24;

/** Asks for thousands of paths, each on a connection of its own, as somebody would who looks for a way in. */
export class RouteWalk {
  readonly #port: number;

  constructor(url: string) {
    this.#port = Number(new URL(url).port);
  }

  async askAll(asked: readonly Asked[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    const waiting = asked.values();
    const askInTurn = async (): Promise<void> => {
      for (const each of waiting) answers.push(await this.ask(each));
    };
    await Promise.all(Array.from({ length: ABREAST }, askInTurn));
    return answers;
  }

  async ask(asked: Asked): Promise<Answer> {
    const { method, path, headers = {} } = asked;
    const lines = Object.entries({ host: '127.0.0.1', connection: 'close', ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const answer = await this.#exchange(`${method} ${path} HTTP/1.1\r\n${head}\r\n`);
    return { ...asked, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0) };
  }

  #exchange(request: string): Promise<string> {
    return new Promise((resolve) => {
      let answer = '';
      const socket = connect(this.#port, '127.0.0.1', () => socket.write(request, 'latin1'));
      socket
        .on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
        .on('error', () => socket.destroy()) // what has come before it counts
        .on('close', () => resolve(answer));
    });
  }
}

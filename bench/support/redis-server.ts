import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Program } from './program.js';

/** The version of redis-server on this machine, or undefined if it is missing. */
export function redisVersion(): string | undefined {
  try {
    const text = execFileSync('redis-server', ['--version'], { encoding: 'utf8' });
    return /v=(\S+)/.exec(text)?.[1] ?? 'unknown';
  } catch {
    return undefined;
  }
}

/** A Redis of the run, with an append-only file as in production. */
export class RedisServer {
  readonly #program: Program;
  readonly #client: Redis;

  private constructor(
    program: Program,
    client: Redis,
    readonly port: number,
  ) {
    this.#program = program;
    this.#client = client;
  }

  static async start(dir: string, port: number): Promise<RedisServer> {
    mkdirSync(dir, { recursive: true });
    const options = { port, bind: '127.0.0.1', dir, save: '', appendonly: 'yes' };
    const program = Program.start({
      name: 'redis',
      command: 'redis-server',
      args: Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
      log: join(dir, 'redis.log'),
    });
    const client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null });
    client.on('error', () => {});
    await program.waitUntilAnswering(async () => (await client.ping()) === 'PONG');
    return new RedisServer(program, client, port);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pids(): readonly number[] {
    return [this.#program.pid];
  }

  async usedBytes(): Promise<number> {
    return Number(/used_memory:(\d+)/.exec(await this.#client.info('memory'))?.[1]);
  }

  async empty(): Promise<void> {
    await this.#client.flushall();
  }

  async stop(): Promise<void> {
    this.#client.disconnect();
    await this.#program.stop();
  }
}

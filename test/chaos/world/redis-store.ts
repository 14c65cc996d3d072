import { execFile } from 'node:child_process';
import { truncate } from 'node:fs/promises';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { waitUntil } from './polling.js';
import { SupervisedProcess } from './supervised-process.js';

/** Only a server that does not start takes so long. */
const TIMEOUT_MS = 120_000;

/** A redis-server of the run. Its append-only file keeps acknowledged writes through a kill. */
export class RedisStore {
  readonly #port: number;
  readonly #dir: string;

  readonly #process: SupervisedProcess;

  private constructor(port: number, dir: string, log: string) {
    this.#port = port;
    this.#dir = dir;
    const options = {
      port: String(port),
      bind: '127.0.0.1',
      dir,
      save: '',
      appendonly: 'yes',
      appendfsync: 'always',
    };
    this.#process = new SupervisedProcess('redis', {
      command: 'redis-server',
      args: Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
      log,
    });
  }

  static async start(port: number, dir: string, log: string): Promise<RedisStore> {
    await promisify(execFile)('redis-server', ['--version']);
    const redis = new RedisStore(port, dir, log);
    redis.#process.start();
    await redis.#waitUntilAnswering();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  async kill(downMs: number): Promise<void> {
    await this.#process.kill(downMs);
    await this.#waitUntilAnswering();
  }

  /** Kills the server, and cuts the end of its file as if it had not reached the disk. */
  async loseWrites(bytes: number, downMs: number): Promise<void> {
    await this.#process.kill(downMs);
    const folder = join(this.#dir, 'appendonlydir');
    const last = (await readdir(folder)).filter((name) => name.endsWith('.incr.aof')).toSorted();
    const file = join(folder, last.at(-1) ?? '');
    await truncate(file, Math.max(0, (await stat(file)).size - bytes));
    await this.#waitUntilAnswering();
  }

  async empty(): Promise<void> {
    await this.#run((client) => client.flushall());
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  async #waitUntilAnswering(): Promise<void> {
    await waitUntil('redis to answer', TIMEOUT_MS, () =>
      this.#run((client) => client.ping()).then(
        () => true,
        () => false,
      ),
    );
  }

  async #run<T>(command: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(this.#port, '127.0.0.1', {
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return await command(client);
    } finally {
      client.disconnect();
    }
  }
}

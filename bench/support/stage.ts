import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../test/support/free-ports.js';
import { PostgresServer } from './postgres-server.js';
import { Program } from './program.js';
import { RedisServer } from './redis-server.js';
import { Service, type ServiceSettings } from './service.js';
import { Wechat } from './wechat.js';

export type ServiceOrder = Pick<ServiceSettings, 'processes' | 'slots' | 'wechatProxy'>;

/** What the benchmarks play on: stores and a simulator that are started when first asked for, and shared. */
export class Stage {
  readonly #profileDir: string | undefined;

  readonly #dir: string;
  #redis: Promise<RedisServer> | undefined;
  #postgres: Promise<PostgresServer> | undefined;
  #wechat: Promise<Wechat> | undefined;
  #folders = 0;

  constructor(
    /** The folder of the built service. */
    readonly dist: string,
    readonly tell: (line: string) => void,
    profileDir?: string,
  ) {
    this.#profileDir = profileDir;
    this.#dir = mkdtempSync(join(tmpdir(), 'weicast-bench-'));
    // As root, Postgres runs as somebody else, who has to pass through.
    chmodSync(this.#dir, 0o711);
  }

  redis(): Promise<RedisServer> {
    return (this.#redis ??= freePorts(1).then(([port = 0]) =>
      RedisServer.start(this.#folder('redis'), port),
    ));
  }

  postgres(): Promise<PostgresServer> {
    return (this.#postgres ??= PostgresServer.start(this.#folder('postgres')));
  }

  wechat(): Promise<Wechat> {
    return (this.#wechat ??= freePorts(1).then(([port = 0]) =>
      Wechat.start(this.dist, this.#dir, port),
    ));
  }

  /** Plays with a service on a database of its own, which is gone afterwards. */
  async withService<T>(order: ServiceOrder, play: (service: Service) => Promise<T>): Promise<T> {
    const [redis, postgres, wechat] = [
      await this.redis(),
      await this.postgres(),
      await this.wechat(),
    ];
    const databaseUrl = await postgres.database();
    try {
      const service = await Service.start({
        ...order,
        dist: this.dist,
        dir: this.#folder('service'),
        databaseUrl,
        redisUrl: redis.url,
        wechatUrl: wechat.url,
        profileDir: this.#profileDir,
      });
      try {
        return await play(service);
      } finally {
        await service.stop();
      }
    } finally {
      await postgres.drop(databaseUrl);
      await redis.empty();
    }
  }

  /** Plays with one of our own programs, see `talk.ts`. */
  async withProgram<T>(file: string, play: (program: Program) => Promise<T>): Promise<T> {
    const bench = join(import.meta.dirname, '..');
    const program = Program.start({
      name: file,
      command: process.execPath,
      args: [
        '--import',
        import.meta.resolve('../../test/support/typescript-loader.js'),
        join(bench, 'programs', file),
      ],
      log: join(this.#dir, `${file}.log`),
      talks: true,
    });
    try {
      return await play(program);
    } finally {
      await program.stop();
    }
  }

  async close(): Promise<void> {
    const started = [this.#wechat, this.#redis, this.#postgres];
    await Promise.allSettled(started.map(async (one) => (await one)?.stop()));
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #folder(name: string): string {
    return join(this.#dir, `${name}-${++this.#folders}`);
  }
}

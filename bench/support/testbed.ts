import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../test/support/stores/free-ports.js';
import { PostgresServer } from './postgres-server.js';
import { ourProgram, Program } from './program.js';
import { RedisServer } from './redis-server.js';
import { Service, type ServiceSettings } from './service.js';
import { WechatProcess } from './wechat-process.js';

export type ServiceOptions = Pick<
  ServiceSettings,
  'processes' | 'slots' | 'wechatProxy' | 'retentionDays'
>;

/** The stores and the simulator that benchmarks share. Each starts when it is first asked for. */
export class Testbed {
  readonly #profileDir: string | undefined;

  readonly #dir: string;
  #redis: Promise<RedisServer> | undefined;
  #postgres: Promise<PostgresServer> | undefined;
  #wechat: Promise<WechatProcess> | undefined;
  readonly #apart: Testbed[] = [];
  #folders = 0;

  constructor(
    /** The folder of the built service. */
    readonly dist: string,
    readonly log: (line: string) => void,
    profileDir?: string,
  ) {
    this.#profileDir = profileDir;
    this.#dir = mkdtempSync(join(tmpdir(), 'weicast-bench-'));
    // Postgres does not run as root. Its user must be able to enter the folder.
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

  wechat(): Promise<WechatProcess> {
    return (this.#wechat ??= freePorts(1).then(([port = 0]) =>
      WechatProcess.start(this.dist, this.#dir, port),
    ));
  }

  /** Runs a service on a database of its own, and drops the database afterwards. */
  async withService<T>(options: ServiceOptions, use: (service: Service) => Promise<T>): Promise<T> {
    const [redis, postgres, wechat] = [
      await this.redis(),
      await this.postgres(),
      await this.wechat(),
    ];
    const databaseUrl = await postgres.database();
    try {
      const service = await Service.start({
        ...options,
        dist: this.dist,
        dir: this.#folder('service'),
        databaseUrl,
        redisUrl: redis.url,
        wechatUrl: wechat.url,
        profileDir: this.#profileDir,
      });
      try {
        return await use(service);
      } finally {
        await service.stop();
      }
    } finally {
      await postgres.drop(databaseUrl);
      await redis.empty();
    }
  }

  /** Runs one of the programs in `programs/`. */
  async withProgram<T>(file: string, use: (program: Program) => Promise<T>): Promise<T> {
    const program = Program.start({
      name: file,
      ...ourProgram(file),
      log: join(this.#dir, `${file}.log`),
      ipc: true,
    });
    try {
      return await use(program);
    } finally {
      await program.stop();
    }
  }

  /** Stores and a simulator beside these, for what must not share them. They end with this testbed. */
  apart(): Testbed {
    const testbed = new Testbed(this.dist, this.log, this.#profileDir);
    this.#apart.push(testbed);
    return testbed;
  }

  /** Makes a folder that is removed with the testbed. */
  folder(name: string): string {
    const path = this.#folder(name);
    mkdirSync(path);
    return path;
  }

  async close(): Promise<void> {
    await Promise.all(this.#apart.map((testbed) => testbed.close()));
    const started = [this.#wechat, this.#redis, this.#postgres];
    await Promise.allSettled(started.map(async (one) => (await one)?.stop()));
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #folder(name: string): string {
    return join(this.#dir, `${name}-${++this.#folders}`);
  }
}

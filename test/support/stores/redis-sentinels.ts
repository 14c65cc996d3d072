import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.js';
import { RedisProcess, until } from './redis-process.js';

const NAME = 'main';
const SENTINELS = 3;

/** A master, its replica, and three sentinels that watch them and are quick to act; all on loopback. */
export class RedisSentinels {
  readonly #folder: string;

  private constructor(
    folder: string,
    readonly master: RedisProcess,
    readonly replica: RedisProcess,
    /** In the order in which they are asked. */
    readonly sentinels: readonly RedisProcess[],
  ) {
    this.#folder = folder;
  }

  static async start(): Promise<RedisSentinels> {
    const folder = await mkdtemp(join(tmpdir(), 'weicast-sentinel-'));
    const [masterPort = 0, replicaPort = 0, ...ports] = await freePorts(2 + SENTINELS);
    const memory = (port: number): string[] => [
      'save ""',
      'repl-diskless-sync-delay 0',
      `dbfilename ${port}.rdb`,
    ];
    const master = await RedisProcess.start(folder, masterPort, memory(masterPort));
    const replica = await RedisProcess.start(folder, replicaPort, [
      ...memory(replicaPort),
      `replicaof 127.0.0.1 ${masterPort}`,
    ]);
    await until('the replica to have its copy', async () =>
      String(await replica.ask('INFO', 'replication')).includes('master_link_status:up'),
    );
    const sentinels = await Promise.all(
      ports.map((port) =>
        RedisProcess.start(
          folder,
          port,
          [
            `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} 2`,
            `sentinel down-after-milliseconds ${NAME} 1000`,
            `sentinel failover-timeout ${NAME} 3000`,
          ],
          '--sentinel',
        ),
      ),
    );
    const started = new RedisSentinels(folder, master, replica, sentinels);
    await started.#acquainted();
    return started;
  }

  get url(): string {
    const hosts = this.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `redis+sentinel://${hosts}/${NAME}`;
  }

  /** Resolves once the former replica takes writes, and every sentinel names it. */
  async failedOver(): Promise<void> {
    await until('the failover', async () => {
      // A sentinel closes the connections of whom it promotes.
      const role = String(await this.replica.ask('INFO', 'replication').catch(() => ''));
      if (!role.includes('role:master')) return false;
      const named = await Promise.all(
        this.sentinels.map((one) => one.ask('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)),
      );
      return named.every((address) => Number((address as string[])[1]) === this.replica.port);
    });
  }

  async stop(): Promise<void> {
    await Promise.all([this.master, this.replica, ...this.sentinels].map((one) => one.kill()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Each sentinel knows the replica and the other two, without whom it decides nothing. */
  async #acquainted(): Promise<void> {
    await until('the sentinels to find each other', async () => {
      const views = await Promise.all(
        this.sentinels.map((sentinel) => sentinel.ask('SENTINEL', 'MASTER', NAME)),
      );
      return views.every((view) => {
        const [pairs, found] = [view as string[], (key: string) => pairs[pairs.indexOf(key) + 1]];
        return (
          Number(found('num-slaves')) === 1 &&
          Number(found('num-other-sentinels')) === SENTINELS - 1
        );
      });
    });
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.js';
import { RedisProcess, until } from './redis-process.js';

const SLOTS = 16_384;
const MASTERS = 3;

/**
 * A Redis Cluster of a test's own: three masters on loopback, whose files keep all that they have
 * acknowledged. When one is away, the slots of the others go on.
 */
export class RedisCluster {
  readonly masters: RedisProcess[] = [];
  readonly #replicas: RedisProcess[] = [];
  readonly #busPorts = new Map<number, number>();
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<RedisCluster> {
    const cluster = new RedisCluster(await mkdtemp(join(tmpdir(), 'weicast-cluster-')));
    for (let index = 0; index < MASTERS; index++) {
      const master = await cluster.#node();
      await master.ask('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      await master.ask('CLUSTER', 'ADDSLOTSRANGE', firstSlot(index), firstSlot(index + 1) - 1);
      cluster.masters.push(master);
    }
    for (const master of cluster.masters.slice(1)) await cluster.#introduce(master);
    await cluster.settled();
    return cluster;
  }

  get url(): string {
    return `redis+cluster://${this.masters.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  /** The one master that has keys: as all of ours share a hash tag, there is no second. */
  async holder(): Promise<RedisProcess> {
    const sizes = await Promise.all(this.masters.map((master) => master.ask('DBSIZE')));
    const [holder, second] = this.masters.filter((_master, index) => Number(sizes[index]) > 0);
    if (holder === undefined || second !== undefined)
      throw new Error(`one node should have keys: ${sizes.join(', ')}`);
    return holder;
  }

  /** One that takes over should this master be away for some seconds. */
  async addReplica(master: RedisProcess): Promise<RedisProcess> {
    const replica = await this.#node();
    this.#replicas.push(replica);
    await this.#introduce(replica);
    await this.settled();
    const id = String(await master.ask('CLUSTER', 'MYID'));
    await replica.ask('CLUSTER', 'REPLICATE', id);
    await until('the replica to have its copy', async () =>
      String(await replica.ask('INFO', 'replication')).includes('master_link_status:up'),
    );
    // A node that does not know yet whose replica it is would give it no vote.
    await until('all to know the replica', async () => {
      const views = await Promise.all(
        this.masters.map((node) => node.ask('CLUSTER', 'REPLICAS', id)),
      );
      return views.every((view) => (view as unknown[]).length === 1);
    });
    return replica;
  }

  /** Resolves once every node finds the cluster in order. */
  async settled(): Promise<void> {
    const nodes = [...this.masters, ...this.#replicas];
    await until('the cluster to be in order', async () => {
      const infos = await Promise.all(
        nodes.map((node) => node.ask('CLUSTER', 'INFO').catch(String)),
      );
      return infos.every((info) =>
        [
          'cluster_state:ok',
          `cluster_slots_ok:${SLOTS}`,
          `cluster_known_nodes:${nodes.length}`,
        ].every((line) => String(info).includes(line)),
      );
    });
  }

  async empty(): Promise<void> {
    await Promise.all(this.masters.map((master) => master.ask('FLUSHALL')));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.masters, ...this.#replicas].map((node) => node.kill()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #node(): Promise<RedisProcess> {
    const [port = 0, busPort = 0] = await freePorts(2);
    this.#busPorts.set(port, busPort);
    return await RedisProcess.start(this.#folder, port, [
      'cluster-enabled yes',
      `cluster-port ${busPort}`,
      `cluster-config-file nodes-${port}.conf`,
      'cluster-announce-ip 127.0.0.1',
      'cluster-node-timeout 2000',
      'cluster-require-full-coverage no',
      'repl-diskless-sync-delay 0',
      'save ""',
      'appendonly yes',
      'appendfsync always',
      `appenddirname aof-${port}`,
    ]);
  }

  /** To the first master, from whom it hears of the others. */
  async #introduce({ port }: RedisProcess): Promise<void> {
    const busPort = this.#busPorts.get(port) ?? 0;
    await this.masters[0]?.ask('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  }
}

const firstSlot = (master: number): number => Math.floor((master * SLOTS) / MASTERS);

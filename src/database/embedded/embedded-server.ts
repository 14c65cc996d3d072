import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cannotStart, type StartFault } from '../../kernel/start-fault.js';
import { withTimeout } from '../../kernel/with-timeout.js';
import type { EmbeddedBinaries } from './embedded-binaries.js';
import type { Cluster } from './embedded-cluster.js';
import { readPostmasterFile, signalPostmaster } from './embedded-postmaster.js';

export interface ServerSettings {
  readonly durable: boolean;
  readonly maxConnections: number;
}

/** Recovery after a crash takes as long as the WAL is big; beyond this limit something is wrong. */
const startLimitMs = 300_000;
/** Sessions of a killed PostgreSQL end by themselves; until then they use its shared memory. */
const lingeringLimitMs = 20_000;
const portTries = 5;

/** One PostgreSQL process that we started. */
export class EmbeddedServer {
  #ended?: Error;
  #stopping = false;
  readonly #exited: Promise<void>;
  readonly #stopWithUs = (): void => {
    this.#child.kill('SIGINT');
  };
  readonly #child: ChildProcess;
  readonly #cluster: Cluster;
  readonly #binaries: EmbeddedBinaries;

  private constructor(
    readonly port: number,
    child: ChildProcess,
    cluster: Cluster,
    binaries: EmbeddedBinaries,
  ) {
    this.#child = child;
    this.#cluster = cluster;
    this.#binaries = binaries;
    this.#exited = new Promise((resolve) => {
      const end = (reason: Error): void => {
        this.#ended ??= reason;
        process.off('exit', this.#stopWithUs);
        resolve();
      };
      child.once('error', end);
      child.once('exit', (code, signal) => {
        end(new Error(`The embedded PostgreSQL ended (${signal ?? `exit code ${code}`}).`));
      });
    });
    // process.exit() without stop(): this signal ends the server right after us.
    process.once('exit', this.#stopWithUs);
  }

  /** Resolves once the server takes connections. */
  static async start(
    cluster: Cluster,
    binaries: EmbeddedBinaries,
    settings: ServerSettings,
  ): Promise<EmbeddedServer> {
    const begun = performance.now();
    for (let tries = 1; ; tries++) {
      const server = await EmbeddedServer.#launch(cluster, binaries, settings);
      await server.#ready();
      if (server.#ended === undefined) return server;
      const log = readLog(cluster);
      const lostPort = log.includes('could not create any TCP/IP sockets') && tries < portTries;
      const lingering =
        log.includes('pre-existing shared memory block') &&
        performance.now() - begun < lingeringLimitMs;
      if (!lostPort && !lingering) throw server.#startFailure(log);
      await sleep(lingering ? 200 : 0);
    }
  }

  static async #launch(
    cluster: Cluster,
    binaries: EmbeddedBinaries,
    settings: ServerSettings,
  ): Promise<EmbeddedServer> {
    const port = await freePort();
    const log = openSync(logFile(cluster), 'w', 0o600);
    try {
      const child = spawn(binaries.postgres, serverArguments(cluster, port, settings), {
        ...cluster.user,
        env: binaries.env,
        cwd: dirname(cluster.dataDir),
        // A file and not a pipe: it outlives us if we are killed.
        stdio: ['ignore', log, log],
        // A session of its own: Ctrl-C in a terminal reaches the service, which still needs its database to end well.
        detached: process.platform !== 'win32',
        windowsHide: true,
      });
      return new EmbeddedServer(port, child, cluster, binaries);
    } finally {
      closeSync(log);
    }
  }

  /** Calls back if the server ends before it is told to. */
  watch(onLost: (error: Error) => void): void {
    void this.#exited.then(() => {
      if (this.#ended && !this.#stopping) {
        onLost(new Error(`${this.#ended.message} Its log: ${logFile(this.#cluster)}`));
      }
    });
  }

  /** Lets clients that are closing finish, then ends all connections, then ends at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const [signal, patienceMs] of [
      ['TERM', 2_000],
      ['INT', 10_000],
      ['QUIT', 5_000],
    ] as const) {
      if (this.#ended !== undefined || this.#child.pid === undefined) return;
      await signalPostmaster(this.#child.pid, signal, this.#binaries);
      await this.#exitWithin(patienceMs);
    }
    if (this.#ended === undefined) this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async #exitWithin(ms: number): Promise<void> {
    await withTimeout(ms, this.#exited, () => {});
  }

  async #ready(): Promise<void> {
    const deadline = performance.now() + startLimitMs;
    while (this.#ended === undefined) {
      const file = readPostmasterFile(this.#cluster.dataDir);
      if (file?.ready && file.pid === this.#child.pid) return;
      if (performance.now() > deadline) {
        await this.stop();
        return;
      }
      await sleep(10);
    }
  }

  #startFailure(log: string): StartFault {
    const { dataDir } = this.#cluster;
    const said = log.trim().replaceAll(/\s+/g, ' ').slice(-500) || (this.#ended?.message ?? '');
    return cannotStart(
      `${dataDir} 中的内嵌 PostgreSQL 没有启动：${said}`,
      `the embedded PostgreSQL in ${dataDir} did not start: ${said}`,
      { cause: this.#ended },
    );
  }
}

function serverArguments(cluster: Cluster, port: number, settings: ServerSettings): string[] {
  const configuration: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: settings.maxConnections,
    shared_buffers: '128MB',
    timezone: 'UTC',
    // Faults of the server, not of statements: those reach the service, which logs them without their values.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    ...(settings.durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return [
    '-D',
    cluster.dataDir,
    ...Object.entries(configuration).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

function logFile(cluster: Cluster): string {
  return join(dirname(cluster.dataDir), 'postgres.log');
}

function readLog(cluster: Cluster): string {
  try {
    return readFileSync(logFile(cluster), 'utf8').slice(-4_000);
  } catch {
    return '';
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no free loopback port'));
      });
    });
  });
}

import { execFile } from 'node:child_process';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/database/embedded/embedded-postgres.js';
import { readPostmasterFile } from '../../../src/database/embedded/embedded-postmaster.js';
import type { Restore } from '../plan/plan.js';
import { type Dump, dump, restoreDump } from './postgres-dump.js';
import { PostgresProxy } from './postgres-proxy.js';

const copy = promisify(execFile);

/** The time from a back-up to its restore. No row knows of it. */
export interface ForgottenPeriod {
  readonly from: Date;
  readonly until: Date;
}

/** A Postgres server of the run, which can be stopped, killed and restored. The service reaches it by a proxy. */
export class PostgresStore {
  readonly #dir: string;

  #server: EmbeddedPostgres | undefined;
  #dumped: Dump | undefined;
  #backedUpAt = new Date();
  #forgotten: ForgottenPeriod | undefined;

  private constructor(
    dir: string,
    readonly proxy: PostgresProxy,
  ) {
    this.#dir = dir;
  }

  static async start(dir: string): Promise<PostgresStore> {
    const postgres = new PostgresStore(dir, await PostgresProxy.open());
    try {
      await postgres.#start();
      return postgres;
    } catch (error) {
      await postgres.close();
      throw error;
    }
  }

  /** The address for the service, through the proxy. */
  get serviceUrl(): string {
    const url = new URL(this.directUrl);
    url.port = String(this.proxy.port);
    url.search = '?pool=5';
    return url.href;
  }

  get directUrl(): string {
    if (!this.#server) throw new Error('postgres should run, and is stopped');
    return this.#server.url;
  }

  get forgotten(): ForgottenPeriod | undefined {
    return this.#forgotten;
  }

  async takeDown(how: 'stop' | 'kill', downMs: number): Promise<void> {
    await (how === 'stop' ? this.#stop() : this.#kill());
    await sleep(downMs);
    await this.#start();
  }

  /** The server ends every connection. */
  async terminateAll(): Promise<void> {
    await this.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
  }

  /** Keeps the state that `restore` brings back. */
  async backUp(how: Restore): Promise<void> {
    this.#backedUpAt = new Date();
    if (how === 'dump') {
      this.#dumped = await dump(this.directUrl);
      return;
    }
    await this.#stop();
    await copy('cp', ['-a', this.#data, this.#copy]);
    await this.#start();
  }

  async restore(how: Restore): Promise<void> {
    await (how === 'dump' ? this.#restoreDump() : this.#restoreFiles(how));
    this.#forgotten = { from: this.#backedUpAt, until: new Date() };
  }

  async #restoreDump(): Promise<void> {
    if (this.#dumped) await restoreDump(this.directUrl, this.#dumped);
  }

  async #restoreFiles(how: Exclude<Restore, 'dump'>): Promise<void> {
    await this.#stop();
    await rm(this.#data, { recursive: true });
    await copy('cp', ['-a', this.#copy, this.#data]);
    if (how === 'new-timeline') {
      // There is no archive. Recovery ends with the log of the copy, and a new timeline begins.
      await appendFile(join(this.#data, 'postgresql.auto.conf'), "restore_command = 'false'\n");
      await writeFile(join(this.#data, 'recovery.signal'), '', { mode: 0o644 });
    }
    await this.#start();
  }

  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.directUrl });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.#stop();
  }

  get #data(): string {
    return join(this.#dir, 'data');
  }

  get #copy(): string {
    return join(this.#dir, 'backup');
  }

  async #start(): Promise<void> {
    // Only processes are killed here, not machines. Writes that the system has are safe without fsync.
    this.#server = await startEmbeddedPostgres({
      dir: this.#dir,
      durable: false,
      maxConnections: 300,
    });
    this.proxy.target = Number(new URL(this.#server.url).port);
  }

  async #stop(): Promise<void> {
    this.proxy.target = undefined;
    await this.#server?.stop();
    this.#server = undefined;
  }

  async #kill(): Promise<void> {
    const pid = readPostmasterFile(this.#data)?.pid;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await this.#stop();
  }
}

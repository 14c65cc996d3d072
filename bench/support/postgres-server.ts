import { join } from 'node:path';
import pg from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.js';
import { readPostmasterFile } from '../../src/database/embedded/embedded-postmaster.js';

/** The embedded Postgres of the product, with its usual durability. Each service gets a database of it. */
export class PostgresServer {
  readonly #server: EmbeddedPostgres;
  readonly #dir: string;

  #databases = 0;

  private constructor(server: EmbeddedPostgres, dir: string) {
    this.#server = server;
    this.#dir = dir;
  }

  static async start(dir: string): Promise<PostgresServer> {
    const server = await startEmbeddedPostgres({ dir, maxConnections: 300 });
    return new PostgresServer(server, dir);
  }

  /** The postmaster. All other processes of the server are its children. */
  get pids(): readonly number[] {
    const pid = readPostmasterFile(join(this.#dir, 'data'))?.pid;
    if (pid === undefined) throw new Error('postgres should run, and has ended');
    return [pid];
  }

  async version(): Promise<string> {
    const [row] = await this.query<{ server_version: string }>(
      this.#server.url,
      'show server_version',
    );
    return row?.server_version ?? 'unknown';
  }

  /** Creates an empty database. */
  async database(): Promise<string> {
    const name = `bench_${++this.#databases}`;
    await this.query(this.#server.url, `create database ${name}`);
    const url = new URL(this.#server.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async drop(databaseUrl: string): Promise<void> {
    const name = new URL(databaseUrl).pathname.slice(1);
    await this.query(this.#server.url, `drop database ${name} with (force)`);
  }

  async query<Row extends object>(
    url: string,
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** How much the server has written into its log, in bytes; the difference of two readings says what came between. */
  async walBytes(url: string): Promise<number> {
    const [row] = await this.query<{ bytes: string }>(
      url,
      "select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes",
    );
    return Number(row?.bytes);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

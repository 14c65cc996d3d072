import { join, resolve } from 'node:path';
import { locateBinaries } from './embedded-binaries.js';
import { embeddedRole, openCluster } from './embedded-cluster.js';
import { lockFolder } from './embedded-lock.js';
import { stopOrphan } from './embedded-postmaster.js';
import { EmbeddedServer } from './embedded-server.js';
import {
  chooseDatabaseUser,
  claimFolder,
  requireNamedUser,
  requirePassable,
} from './embedded-user.js';
import { SafeClient } from '../session/safe-client.js';

export interface EmbeddedPostgresOptions {
  /** The folder that holds the database: made when absent, owned by this process until `stop`. */
  readonly dir: string;
  /** False lets a power cut eat the data: for tests only. */
  readonly durable?: boolean;
  readonly maxConnections?: number;
  /** Called once if the server ends without having been asked to. */
  readonly onLost?: (error: Error) => void;
}

export interface EmbeddedPostgres {
  readonly url: string;
  /** Ends the server and gives the folder back; may be called again. */
  stop(): Promise<void>;
}

const database = 'weicast';

/**
 * Starts a PostgreSQL of our own from the npm platform packages, on a free loopback port.
 * It serves the first run, development, tests and small installations. After a `kill -9` of this process the next
 * start on the same folder shuts the orphaned server down and goes on with its data.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const dir = resolve(options.dir);
  claimFolder(dir);
  const lock = await lockFolder(dir);
  let server: EmbeddedServer | undefined;
  try {
    const durable = options.durable ?? true;
    const user = chooseDatabaseUser(join(dir, 'data'));
    requireNamedUser(user);
    requirePassable(dir, user);
    const binaries = locateBinaries(dir, user);
    const cluster = await openCluster(dir, user, binaries, durable);
    await stopOrphan(cluster, binaries);
    const running = await EmbeddedServer.start(cluster, binaries, {
      durable,
      maxConnections: options.maxConnections ?? 100,
    });
    server = running;
    const url = (name: string): string =>
      `postgres://${embeddedRole}:${cluster.password}@127.0.0.1:${running.port}/${name}`;
    await ensureDatabase(url('postgres'));
    if (options.onLost) running.watch(options.onLost);
    let stopped: Promise<void> | undefined;
    return {
      url: url(database),
      stop: () => (stopped ??= running.stop().finally(() => lock.release())),
    };
  } catch (error) {
    await server?.stop();
    lock.release();
    throw error;
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new SafeClient({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}

import {
  createPostgresBackend,
  type QueueOptions,
  runMigrations,
  setDefaultBackendFactory,
} from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { DatabaseConfig, QueueConfig } from '../config/config.js';
import { SafeClient } from '../database/session/safe-client.js';
import { CONNECTIONS_EACH } from './queue-connections.js';
import { sessionOn } from '../database/session/session.js';

export function queueOptionsOnRedis(
  client: Redis | Cluster,
  { prefix }: QueueConfig,
): Pick<QueueOptions, 'connection' | 'prefix'> {
  setDefaultBackendFactory();
  return { connection: client, prefix };
}

/**
 * BullMQ's own tables, in a schema of their own beside ours. On the embedded server its
 * connections may commit lazily: a job is only a nudge, and the sweep nudges again. Pushes in the
 * inbox are the exception that a crash of the machine (not of a process) may cost there.
 */
export async function queueOptionsOnPostgres({
  url,
  embedded,
}: DatabaseConfig): Promise<Pick<QueueOptions, 'connection'>> {
  const client = new SafeClient(sessionOn(url, 'schema'));
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
  // Process-wide: @nestjs/bullmq has no backend per queue.
  setDefaultBackendFactory(createLastingBackend);
  const connection = {
    ...sessionOn(url, 'queue', embedded ? { synchronous_commit: 'off' } : {}),
    Client: SafeClient,
    max: CONNECTIONS_EACH,
  };
  // BullMQ types the option for Redis; the PostgreSQL backend reads this shape.
  return { connection: connection as unknown as QueueOptions['connection'] };
}

/** BullMQ itself asks nothing of a connection that listens. */
const ASK_AFTER_MS = 5_000;

/**
 * The connection on which a worker is told of jobs. BullMQ asks nothing on it, and silence alone does not show that it
 * is broken: so it is asked now and then. Where no answer comes the connection is given up; BullMQ then listens anew
 * and fetches the jobs that it was not told of.
 */
class ListeningClient extends SafeClient {
  override tick(ms: number): void {
    super.tick(ms);
    if (this.waitedMs !== undefined || this.quietMs < ASK_AFTER_MS) return;
    this.query('select').catch(() => {}); // the end of the connection tells its listener
  }
}

/** BullMQ's backend, mended where a restart of PostgreSQL would break it for good. */
const createLastingBackend: typeof createPostgresBackend = (...given) => {
  const backend = createPostgresBackend(...given);
  // BullMQ listens for the end of this connection only from a moment after it is open.
  Object.assign(backend.connection, { pgModule: { Client: ListeningClient } });
  for (const part of [backend.connection, backend]) forgetFailedConnects(part);
  return backend;
};

/** BullMQ remembers its first connect for ever, a failed one too. With this the next call connects again. */
function forgetFailedConnects(part: { waitUntilReady(): Promise<void> }): void {
  const connect = part.waitUntilReady.bind(part);
  let connecting: Promise<void> | undefined;
  part.waitUntilReady = () =>
    (connecting ??= connect().catch((error: unknown) => {
      connecting = undefined;
      Object.assign(part, { readyPromise: undefined });
      throw error;
    }));
}

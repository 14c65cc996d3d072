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
import { ListeningClient } from './listening-client.js';
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

/** BullMQ's backend, put right where a PostgreSQL that restarts would hurt it for good. */
const createLastingBackend: typeof createPostgresBackend = (...given) => {
  const backend = createPostgresBackend(...given);
  // Its listening connection has nobody who hears of its end until a moment after it stands.
  Object.assign(backend.connection, { pgModule: { Client: ListeningClient } });
  for (const part of [backend.connection, backend]) forgetFailedLooks(part);
  return backend;
};

/** BullMQ keeps its first look at the database for ever, a failed one too. Here the next call looks again. */
function forgetFailedLooks(part: { waitUntilReady(): Promise<void> }): void {
  const look = part.waitUntilReady.bind(part);
  let looking: Promise<void> | undefined;
  part.waitUntilReady = () =>
    (looking ??= look().catch((error: unknown) => {
      looking = undefined;
      Object.assign(part, { readyPromise: undefined });
      throw error;
    }));
}

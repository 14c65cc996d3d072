import { existsSync } from 'node:fs';
import { access, constants, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { availableMemory } from 'node:process';
import pg from 'pg';
import { DeliveryPartitions } from '../../../src/broadcast/engine/storage/delivery-partitions.js';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';
import { lockFolder } from '../../../src/database/embedded/embedded-lock.js';
import { startEmbeddedPostgres } from '../../../src/database/embedded/embedded-postgres.js';
import { migrateToLatest } from '../../../src/database/migrations/migrator.js';
import { Clock } from '../../../src/kernel/clock.js';
import { startRedisServer } from './redis-server.js';

const folderPrefix = 'weicast-test-';

/** A folder in memory, on Linux: there a clone costs a fifth of the processor's time, and nothing waits for a disk. */
const inMemory = '/dev/shm';
/** The databases of a run stay far below this; a container's own folder often has 64 MB. */
const ROOM_BYTES = 4 * 2 ** 30;

/** What is to be undone, in the order in which it was done. */
const undo: (() => Promise<unknown>)[] = [];

/**
 * Starts one Postgres, with the migrated schema as a template database, and one Redis; their addresses reach the
 * tests as TEST_DATABASE_URL and TEST_REDIS_URL.
 */
export async function startStores(): Promise<void> {
  try {
    await announceRedis();
    await removeAbandoned();
    const dir = await mkdtemp(join(await roomyFolder(), folderPrefix));
    undo.push(() => rm(dir, { recursive: true, force: true }));
    // Ctrl-C: by exiting we let the server know, which a default SIGINT would not.
    process.once('SIGINT', () => process.exit(130));
    const postgres = await startEmbeddedPostgres({ dir, durable: false, maxConnections: 300 });
    undo.push(() => postgres.stop());
    process.env['TEST_DATABASE_URL'] = await makeTemplate(postgres.url);
  } catch (error) {
    await stopStores(); // Jest runs no teardown after a failed setup
    throw error;
  }
}

export async function stopStores(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step();
}

/** In memory where there is twice as much of it as we would need; otherwise where temporary files are. */
async function roomyFolder(): Promise<string> {
  try {
    await access(inMemory, constants.W_OK);
    const { bavail, bsize } = await statfs(inMemory);
    if (Math.min(bavail * bsize, availableMemory() / 2) >= ROOM_BYTES) return inMemory;
  } catch {
    // Not on this system, or not for us.
  }
  return tmpdir();
}

async function announceRedis(): Promise<void> {
  const redis = await startRedisServer();
  if (redis !== undefined) {
    undo.push(() => redis.stop());
    process.env['TEST_REDIS_URL'] = redis.url;
  } else if (process.env['CI']) {
    throw new Error('No redis-server was found: in CI the Redis suites must not be skipped.');
  } else {
    console.warn('No redis-server was found on PATH: the Redis suites are skipped.');
  }
}

/** Nobody may connect to a template that is being cloned, so afterwards nobody can. */
async function makeTemplate(url: string): Promise<string> {
  const template = new URL(url);
  template.pathname = '/template_weicast';
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query('create database template_weicast');
    await migrateToLatest(template.href);
    await makePartitions(template.href);
    await admin.query(
      'alter database template_weicast with is_template true allow_connections false',
    );
  } finally {
    await admin.end();
  }
  return template.href;
}

/** Those that a starting service makes if there are none: cloned they cost a fifth. */
async function makePartitions(url: string): Promise<void> {
  const db = kyselyOn<BroadcastTables>(
    new pg.Pool({ connectionString: url, max: 1, options: clockOption(0) }),
  );
  await new DeliveryPartitions(db, new Clock()).ensure();
  await db.destroy();
}

/** A run that was killed leaves its folder, and perhaps its server, behind. */
async function removeAbandoned(): Promise<void> {
  for (const place of new Set([tmpdir(), inMemory])) await removeAbandonedIn(place).catch(() => {}); // no such folder
}

async function removeAbandonedIn(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    const dir = join(place, name);
    // Without an owner's name it may be about to get its first.
    if (!name.startsWith(folderPrefix) || !existsSync(join(dir, 'owner'))) continue;
    try {
      (await lockFolder(dir, 0)).release();
      await (await startEmbeddedPostgres({ dir, durable: false })).stop();
      await rm(dir, { recursive: true, force: true });
    } catch {
      // In use by another run, or another user's.
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { cannotStart } from '../../kernel/start-fault.js';
import { clockSetting, kyselyOn } from '../dialect.js';
import { SafeClient } from '../session/safe-client.js';
import { MIGRATIONS, type NamedMigration } from './migrations.js';
import { patiently } from './patient-ddl.js';
import { sessionOn } from '../session/session.js';

/**
 * Brings the schema up to date: one migration after the other, each in a transaction of its own together with its
 * entry on record, or in none where it says so. Of several processes that start at once, one migrates.
 */
export async function migrateToLatest(
  url: string,
  migrations: readonly NamedMigration[] = MIGRATIONS,
): Promise<void> {
  const pool = new pg.Pool({
    ...sessionOn(url, 'schema', clockSetting(0)),
    Client: SafeClient,
    max: 1,
  });
  pool.on('error', () => {}); // of an idle connection: the pool replaces it
  const db = kyselyOn<unknown>(pool);
  try {
    // One connection for all migrations: the lock belongs to its session and ends with it.
    await db.connection().execute(async (session) => {
      await takeLock(session);
      const done = await readRecord(session);
      refuseNewer(done, migrations);
      for (const migration of migrations)
        if (!done.has(migration.name)) await run(session, migration);
    });
  } finally {
    await db.destroy();
  }
}

/**
 * Asks for the lock again and again instead of waiting in SQL: a waiting session holds a snapshot, an index that is
 * built `concurrently` waits for the end of all snapshots, and each would wait for the other.
 */
async function takeLock(session: Kysely<unknown>): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ mine: boolean }>`
      select pg_try_advisory_lock(hashtext('weicast migrations')) as mine`.execute(session);
    if (rows[0]?.mine === true) return;
    await sleep(100);
  }
}

/** The names of those that ran. */
async function readRecord(session: Kysely<unknown>): Promise<ReadonlySet<string>> {
  await sql`
    create table if not exists migration
      (name varchar(255) primary key, timestamp varchar(255) not null)`.execute(session);
  const { rows } = await sql<{ name: string }>`select name from migration`.execute(session);
  return new Set(rows.map(({ name }) => name));
}

function refuseNewer(done: ReadonlySet<string>, migrations: readonly NamedMigration[]): void {
  const unknown = [...done].filter((name) => !migrations.some((known) => known.name === name));
  if (unknown.length > 0)
    throw cannotStart(
      `数据库已被更新的版本升级过（${unknown.join('、')}）：请启动那个版本。`,
      `the database was brought up to date by a newer version than this one (${unknown.join(', ')}): start that one`,
    );
}

async function run(session: Kysely<unknown>, migration: NamedMigration): Promise<void> {
  const { name } = migration;
  const inTransaction = migration.transaction !== 'none';
  try {
    if (inTransaction) {
      await patiently(session, async (tx) => {
        await migration.up(tx);
        await writeDown(tx, name);
      });
    } else {
      await migration.up(session);
      await writeDown(session, name);
    }
  } catch (cause) {
    const left = inTransaction ? 'nothing of it was kept' : 'the next start takes it up again';
    throw new Error(`migration ${name} failed; ${left}`, { cause });
  }
}

async function writeDown(db: Kysely<unknown>, name: string): Promise<void> {
  await sql`
    insert into migration (name, timestamp) values (${name}, ${new Date().toISOString()})`.execute(
    db,
  );
}

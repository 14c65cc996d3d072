import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { clockOption, kyselyOn } from './dialect.js';
import { HeardClient } from './heard-client.js';
import { MIGRATIONS } from './migrations.js';

/** Brings the schema up to date, under a lock: of several processes that start at once, one migrates. */
export async function migrateToLatest(url: string): Promise<void> {
  const db = kyselyOn<unknown>(
    new pg.Pool({ Client: HeardClient, connectionString: url, max: 2, options: clockOption(0) }),
  );
  try {
    const migrations: Record<string, Migration> = Object.fromEntries(
      MIGRATIONS.map((migration) => [migration.name, migration]),
    );
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve(migrations) },
      migrationTableName: 'migration',
      migrationLockTableName: 'migration_lock',
    });
    const { error, results } = await migrator.migrateToLatest();
    const failed = results?.find(({ status }) => status === 'Error');
    if (error)
      throw new Error(`migration ${failed?.migrationName ?? ''} failed; nothing of it was kept`, {
        cause: error,
      });
  } finally {
    await db.destroy();
  }
}

import { join } from 'node:path';
import { readEnvironment } from './config/environment.js';
import { startEmbeddedPostgres } from './database/embedded/embedded-postgres.js';
import { migrateToLatest } from './database/migrations/migrator.js';
import { refuseUnfitDatabase } from './database/unfit-database.js';
import { refusePooler } from './database/session/pooler-check.js';

/** `npm run migrate`: brings the database up to date and ends. */
const environment = readEnvironment();
const embedded =
  environment.DATABASE_URL === undefined
    ? await startEmbeddedPostgres({ dir: join(environment.DATA_DIR, 'postgres') })
    : undefined;
try {
  const url = environment.DATABASE_URL ?? embedded?.url ?? '';
  await refuseUnfitDatabase(url, { connections: 2, newSchema: false });
  await refusePooler(url);
  await migrateToLatest(url);
  process.stdout.write('the database is up to date\n');
} finally {
  await embedded?.stop();
}

import { join } from 'node:path';
import pg from 'pg';
import { readEnvironment } from '../../config/environment.js';
import { kyselyOn } from '../../database/dialect.js';
import { startEmbeddedPostgres } from '../../database/embedded/embedded-postgres.js';
import { migrateToLatest } from '../../database/migrations/migrator.js';
import { runOperatorCommand } from './operator-command.js';

/** `npm run operator`: makes and brings back people who may come in. It needs the database and nothing else. */
const environment = readEnvironment();
const embedded =
  environment.DATABASE_URL === undefined
    ? await startEmbeddedPostgres({ dir: join(environment.DATA_DIR, 'postgres') })
    : undefined;
const url = new URL(environment.DATABASE_URL ?? embedded?.url ?? '');
// Our own parameter, which the server would refuse.
url.searchParams.delete('pool');
try {
  await migrateToLatest(url.href);
  const db = kyselyOn<unknown>(new pg.Pool({ connectionString: url.href, max: 1 }));
  try {
    process.exitCode = await runOperatorCommand(process.argv.slice(2), db, (text) =>
      process.stdout.write(text),
    );
  } finally {
    await db.destroy();
  }
} finally {
  await embedded?.stop();
}

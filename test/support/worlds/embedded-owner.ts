// A process that owns an embedded database until a signal ends it, for tests that take it over.
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/database/embedded/embedded-postgres.js';

const dir = process.argv[2];
if (dir === undefined) throw new Error('usage: embedded-owner.ts <folder>');
const postgres = await startEmbeddedPostgres({ dir, durable: false });

process.once('SIGTERM', () => process.exit(1));
process.once('SIGINT', () => void sayFarewell());
console.log(postgres.url);

/** What a service does on Ctrl-C: it still needs its database for a moment. */
async function sayFarewell(): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('select 1');
  await client.end();
  console.log('still served');
  await postgres.stop();
}

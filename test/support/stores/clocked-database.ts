import type { Kysely } from 'kysely';
import pg from 'pg';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';

/** The connections of a worker whose clock stands elsewhere; whoever opens them destroys them. */
export function clockedDatabase(url: string, clockOffsetMs: number): Kysely<BroadcastTables> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    options: clockOption(clockOffsetMs),
  });
  // A test's database is dropped while the last goodbyes are still on their way.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return kyselyOn<BroadcastTables>(pool);
}

import { type Kysely, sql } from 'kysely';
import type { BroadcastTables } from './engine.tables.js';

/** The time of the database, once, so that what happens at once carries one time. */
export async function instant(db: Kysely<BroadcastTables>): Promise<Date> {
  const { now } = await db.selectNoFrom(sql<Date>`clock_now()`.as('now')).executeTakeFirstOrThrow();
  return now;
}

import type { Kysely } from 'kysely';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';

/** What happened to a broadcast, by the kinds of its events, the oldest first. */
export async function eventsOf(db: Kysely<BroadcastTables>, id: string): Promise<string[]> {
  const events = await db
    .selectFrom('broadcastEvent')
    .select('kind')
    .where('broadcastId', '=', id)
    .orderBy('id')
    .execute();
  return events.map(({ kind }) => kind);
}

import { type Kysely, sql } from 'kysely';
import type { BroadcastTables } from './engine.tables.js';

export type BroadcastEventKind =
  | 'created'
  | 'scheduled'
  | 'unscheduled'
  /** Its start was taken back. */
  | 'undone'
  | 'changed'
  | 'started'
  | 'expanded'
  | 'held'
  | 'lifted'
  /** WeChat reviews more than a few of its messages. */
  | 'under_review'
  | 'finished'
  | 'cancelled';

/** Writes what happened to a broadcast, in the transaction in which it happened. */
export async function recordEvent(
  db: Kysely<BroadcastTables>,
  broadcastId: string,
  kind: BroadcastEventKind,
  data: Record<string, unknown> = {},
): Promise<void> {
  await db
    .insertInto('broadcastEvent')
    .values({ broadcastId, at: sql<Date>`clock_now()`, kind, data: JSON.stringify(data) })
    .execute();
}

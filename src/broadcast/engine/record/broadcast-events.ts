import { type Kysely, sql } from 'kysely';
import { actorNow } from '../../../kernel/acting.js';
import type { BroadcastTables, RecordedActor } from './engine.tables.js';

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
  | 'cancelled'
  /** Lists leave it out, until it is taken back. */
  | 'archived'
  | 'unarchived';

/** Whoever acts now, as a broadcast keeps it; null for the service itself. */
function recordedActor(): RecordedActor | null {
  const { kind, id, name } = actorNow();
  return kind === 'system' ? null : { kind, ...(id !== undefined && { id }), name };
}

/** The same, for a column. */
export const actorColumn = (): string | null => {
  const actor = recordedActor();
  return actor && JSON.stringify(actor);
};

/** Writes what happened to a broadcast, in the transaction in which it happened. */
export async function recordEvent(
  db: Kysely<BroadcastTables>,
  broadcastId: string,
  kind: BroadcastEventKind,
  data: Record<string, unknown> = {},
): Promise<void> {
  await db
    .insertInto('broadcastEvent')
    .values({
      broadcastId,
      at: sql<Date>`clock_now()`,
      kind,
      data: JSON.stringify(data),
      actor: actorColumn(),
    })
    .execute();
}

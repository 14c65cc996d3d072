import { type Selectable, sql, type Transaction } from 'kysely';
import { recordEvent } from '../record/broadcast-events.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { forgetSources } from '../expand/broadcast-sources.js';
import { begin, STARTABLE } from './schedule.js';

type Startable = Pick<Selectable<BroadcastTables['broadcast']>, (typeof STARTABLE)[number]>;

/** Starts a scheduled broadcast before its time, under the lock of its row. */
export async function startEarly(
  tx: Transaction<BroadcastTables>,
  broadcast: Startable,
  now: Date,
): Promise<void> {
  await begin(tx, broadcast, now);
  await tx
    .updateTable('broadcast')
    .set({ undoUntil: null })
    .where('id', '=', broadcast.id)
    .execute();
}

/**
 * Makes a draft of a scheduled broadcast again, under the lock of its row. A time that somebody named stays; one that is
 * only the end of the time to undo goes.
 */
export async function takeBack(
  tx: Transaction<BroadcastTables>,
  id: string,
  how: 'undone' | 'unscheduled',
): Promise<void> {
  await tx
    .updateTable('broadcast')
    .set({
      state: 'draft',
      startAt: sql`nullif(start_at, undo_until)`,
      undoUntil: null,
      etag: sql`etag + 1`,
    })
    .where('id', '=', id)
    .execute();
  await forgetSources(tx, id);
  await recordEvent(tx, id, how);
}

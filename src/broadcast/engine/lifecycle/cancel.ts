import { sql, type Transaction } from 'kysely';
import { recordEvent } from '../record/broadcast-events.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { forgetSources } from '../expand/broadcast-sources.js';
import { stopClaimsOf } from '../holds/stop-claims.js';

/**
 * Cancels a broadcast for good, in the caller's transaction: nothing more of it is claimed, and the sweep closes its
 * rows in batches. False when it had ended before.
 */
export async function cancel(
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('broadcast')
    .set({ state: 'cancelled', endedAt: sql<Date>`clock_now()`, etag: sql`etag + 1` })
    .where('id', '=', broadcastId)
    .where('state', 'not in', ['finished', 'cancelled'])
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return false;
  await stopClaimsOf(tx, broadcastId);
  await tx.deleteFrom('broadcastHold').where('broadcastId', '=', broadcastId).execute();
  await forgetSources(tx, broadcastId);
  await recordEvent(tx, broadcastId, 'cancelled');
  return true;
}

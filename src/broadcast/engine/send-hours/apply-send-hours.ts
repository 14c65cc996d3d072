import type { Transaction } from 'kysely';
import { recordEvent } from '../record/broadcast-events.js';
import type { BroadcastTables, SendHours } from '../record/engine.tables.js';
import { addHold } from '../holds/holds.js';
import { nextHours } from './send-hours.js';

/**
 * Brings a running broadcast in line with its send hours: held outside, until they begin; inside,
 * with the instant from which on nothing is claimed. That instant is always the end of the hours
 * that come next, so a hold that lifts itself at their beginning leaves it right. In the caller's
 * transaction, under the lock of the broadcast's row.
 */
export async function applySendHours(
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
  hours: SendHours | null,
  now: Date,
): Promise<void> {
  const next = hours && nextHours(hours, now);
  await tx
    .updateTable('broadcast')
    .set({ sendsUntil: next?.until ?? null })
    .where('id', '=', broadcastId)
    .execute();
  if (next && next.from > now) await holdUntil(tx, broadcastId, next.from);
  else await lift(tx, broadcastId);
}

async function holdUntil(
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
  until: Date,
): Promise<void> {
  if (await addHold(tx, broadcastId, { reason: 'hours', until })) return;
  await tx
    .updateTable('broadcastHold')
    .set({ until })
    .where('broadcastId', '=', broadcastId)
    .where('reason', '=', 'hours')
    .execute();
}

async function lift(tx: Transaction<BroadcastTables>, broadcastId: string): Promise<void> {
  const lifted = await tx
    .deleteFrom('broadcastHold')
    .where('broadcastId', '=', broadcastId)
    .where('reason', '=', 'hours')
    .returning('reason')
    .executeTakeFirst();
  if (lifted) await recordEvent(tx, broadcastId, 'lifted', { reasons: [lifted.reason] });
}

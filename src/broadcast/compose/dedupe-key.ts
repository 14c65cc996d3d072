import { sql, type Transaction } from 'kysely';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import type { DeliveryState } from '../engine/record/states.js';

/** For as long as it holds, a second message to the same openid under the same key is not sent. */
export interface DedupeKey {
  readonly openid: string;
  readonly key: string;
  readonly ttlSeconds: number;
}

/** The message that wants the key. */
interface Taker {
  readonly accountId: number;
  readonly broadcastId: string;
}

/** A message in one of these states was not sent, so its key is free. */
const CAME_TO_NOTHING: readonly DeliveryState[] = ['refused', 'failed', 'skipped'];

/**
 * Takes the key, in the transaction that creates the message. A second request for the key waits for that
 * transaction, and reads the row that it leaves.
 *
 * @returns undefined when the key is ours; otherwise the message that has it
 */
export async function takeDedupeKey(
  tx: Transaction<BroadcastTables>,
  { accountId, broadcastId }: Taker,
  { openid, key, ttlSeconds }: DedupeKey,
): Promise<string | undefined> {
  const expiresAt = sql<Date>`clock_now() + make_interval(secs => ${ttlSeconds})`;
  for (;;) {
    const { numInsertedOrUpdatedRows = 0n } = await tx
      .insertInto('dedupe')
      .values({ accountId, openid, key, broadcastId, expiresAt })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows > 0n) return undefined;

    const holder = await tx
      .selectFrom('dedupe')
      .select(['broadcastId', sql<boolean>`expires_at > clock_now()`.as('holds')])
      .where('accountId', '=', accountId)
      .where('openid', '=', openid)
      .where('key', '=', key)
      .forUpdate()
      .executeTakeFirst();
    if (holder === undefined) continue; // the sweep has deleted it in between
    if (holder.holds && !(await cameToNothing(tx, holder.broadcastId, openid)))
      return holder.broadcastId;

    await tx
      .updateTable('dedupe')
      .set({ broadcastId, expiresAt })
      .where('accountId', '=', accountId)
      .where('openid', '=', openid)
      .where('key', '=', key)
      .execute();
    return undefined;
  }
}

/**
 * Runs after the lock as a statement of its own, so that it sees what was committed while we waited. A cancel waits
 * for claims that are being granted: a row that is unsent in a cancelled broadcast will never be sent.
 */
async function cameToNothing(
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
  openid: string,
): Promise<boolean> {
  const delivery = await tx
    .selectFrom('delivery as d')
    .innerJoin('broadcast as b', 'b.id', 'd.broadcastId')
    .select(['d.state', 'd.inDoubtSince', 'b.state as broadcastState'])
    .where('d.broadcastId', '=', broadcastId)
    .where('d.openid', '=', openid)
    .executeTakeFirst();
  if (delivery === undefined) return false;
  const { state, inDoubtSince, broadcastState } = delivery;
  const isUnsent = (state === 'pending' || state === 'queued') && inDoubtSince === null;
  return CAME_TO_NOTHING.includes(state) || (broadcastState === 'cancelled' && isUnsent);
}

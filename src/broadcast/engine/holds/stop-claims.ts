import { sql, type Transaction } from 'kysely';
import type { BroadcastTables } from '../record/engine.tables.js';

/**
 * Waits for the claims of the account that are being granted, and turns away those that wait for the same lock: they
 * began before the caller's transaction commits, so they cannot see the hold.
 */
export async function stopClaims(
  tx: Transaction<BroadcastTables>,
  accountId: number,
): Promise<void> {
  await sql`update pace set stops = stops + 1 where account_id = ${accountId}`.execute(tx);
}

/** The same for the account of a broadcast. */
export async function stopClaimsOf(
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
): Promise<void> {
  await sql`
    update pace set stops = stops + 1
    where account_id = (select account_id from broadcast where id = ${broadcastId})`.execute(tx);
}

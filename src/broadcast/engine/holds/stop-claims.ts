import { sql, type Transaction } from 'kysely';
import type { BroadcastTables } from '../record/engine.tables.js';

/**
 * Waits for the claims that are being granted, and turns away those that began before us and wait for
 * their turn: they cannot see yet why.
 */
export async function stopClaims(
  tx: Transaction<BroadcastTables>,
  accountId: number,
): Promise<void> {
  await sql`update pace set stops = stops + 1 where account_id = ${accountId}`.execute(tx);
}

/** The same of the account whose broadcast it is. */
export async function stopClaimsOf(
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
): Promise<void> {
  await sql`
    update pace set stops = stops + 1
    where account_id = (select account_id from broadcast where id = ${broadcastId})`.execute(tx);
}

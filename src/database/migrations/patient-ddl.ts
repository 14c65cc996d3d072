import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql, type Transaction } from 'kysely';
import { isDeadlock, sqlstateOf } from '../session/sqlstate.js';

const LOCK_NOT_AVAILABLE = '55P03';
const LONGEST_PAUSE_MS = 5_000;
/** About a quarter of an hour: by then every transaction that held the table has ended. */
const TRIES = 130;

/**
 * One transaction that changes tables which others use. While it waits for a lock, nobody else gets in behind it: so
 * it waits two seconds at most, lets everybody through, and tries again.
 */
export async function patiently(
  db: Kysely<unknown>,
  change: (tx: Transaction<unknown>) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await db.transaction().execute(async (tx) => {
        await sql`set local lock_timeout = '2s'`.execute(tx);
        await change(tx);
      });
      return;
    } catch (error) {
      const wasInUse = sqlstateOf(error) === LOCK_NOT_AVAILABLE || isDeadlock(error);
      if (!wasInUse || attempt === TRIES) throw error;
    }
    await sleep(Math.min(100 * 2 ** attempt, LONGEST_PAUSE_MS));
  }
}

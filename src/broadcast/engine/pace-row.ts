import { type Kysely, sql } from 'kysely';
import type { BroadcastTables } from './engine.tables.js';

/** Messages a second with which an account starts; doubled each second while WeChat keeps up. */
export const STARTING_RATE = 50;

/** Every account that has a broadcast has its bucket and its turn. */
export async function ensurePace(db: Kysely<BroadcastTables>, accountId: number): Promise<void> {
  const now = sql<Date>`clock_now()`;
  await db
    .insertInto('pace')
    .values({ accountId, rate: STARTING_RATE, rateChangedAt: now, refilledAt: now })
    .onConflict((oc) => oc.doNothing())
    .execute();
  await db
    .insertInto('releaseTurn')
    .values({ accountId, releasedAt: now })
    .onConflict((oc) => oc.doNothing())
    .execute();
}

import { type QueryExecutorProvider, sql } from 'kysely';

/** Why an account's rate was halved: many -1, many 43117, latency, or 45011. */
export type BackoffReason = 'busy' | 'frequent' | 'slow' | 'limited';

/** Messages a second with which an account starts; doubled each second while WeChat keeps up. */
export const STARTING_RATE = 50;

/** Gives an account with a broadcast its bucket and its release lease. Runs in the caller's transaction, if any. */
export async function ensurePace(db: QueryExecutorProvider, accountId: number): Promise<void> {
  await sql`
    insert into pace (account_id, rate, rate_changed_at, refilled_at)
    values (${accountId}, ${STARTING_RATE}, clock_now(), clock_now())
    on conflict do nothing`.execute(db);
  await sql`
    insert into release_turn (account_id, released_at) values (${accountId}, clock_now())
    on conflict do nothing`.execute(db);
}

import { type Kysely, sql } from 'kysely';

export const name = '0033-dead-push-ends';

/** Dead pushes are given up by age, and beyond so many of an account. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index dead_push_buried_at on dead_push (buried_at)`.execute(db);
  await sql`create index dead_push_of_account on dead_push (account_id, id)`.execute(db);
}

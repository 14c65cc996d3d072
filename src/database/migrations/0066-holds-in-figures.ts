import { type Kysely, sql } from 'kysely';

export const name = '0066-holds-in-figures';

/** What was seen when a hold was put, by name: a page says it in its own way, and `detail` stays for scripts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table broadcast_hold add column params jsonb not null default '{}'`.execute(db);
}

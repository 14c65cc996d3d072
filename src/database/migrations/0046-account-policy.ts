import { type Kysely, sql } from 'kysely';

export const name = '0046-account-policy';

/** What an account asks of whoever sends for it; a member that is left out asks nothing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table account add column policy jsonb not null default '{}'`.execute(db);
}

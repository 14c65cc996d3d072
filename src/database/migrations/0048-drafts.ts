import { type Kysely, sql } from 'kysely';

export const name = '0048-drafts';

/** What a draft was given, as it was given: its columns have only what could be sent of it. Null in all but drafts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table broadcast add column draft jsonb`.execute(db);
}

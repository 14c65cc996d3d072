import { type Kysely, sql } from 'kysely';

export const name = '0069-first-reads';

/** When a template was read for the first time, which is no change of it; null where that was before this was noted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table template add column first_read_at timestamptz`.execute(db);
}

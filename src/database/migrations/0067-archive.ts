import { type Kysely, sql } from 'kysely';

export const name = '0067-archive';

/** Since when lists leave a broadcast out; null while they show it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table broadcast add column archived_at timestamptz`.execute(db);
}

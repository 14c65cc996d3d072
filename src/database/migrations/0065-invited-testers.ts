import { type Kysely, sql } from 'kysely';

export const name = '0065-invited-testers';

/** Who came by the code of an invitation, among those who have just shown themselves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table recent_push add column invited boolean not null default false`.execute(db);
}

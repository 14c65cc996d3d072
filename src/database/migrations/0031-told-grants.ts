import { type Kysely, sql } from 'kysely';

export const name = '0031-told-grants';

/** What another system tells of somebody's grants may stand for several of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table grant_acceptance add column times integer not null default 1
      constraint grant_acceptance_times_check check (times > 0)`.execute(db);
}

import { type Kysely, sql } from 'kysely';

export const name = '0036-roles-seen';

/** When any process of a role was last there: a row for each role, however many processes come and go. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table role_seen (
      role text constraint role_seen_pkey primary key
        constraint role_seen_role_check check (role in ('api', 'callback', 'worker')),
      seen_at timestamptz not null
    )`.execute(db);
}

import { type Kysely, sql } from 'kysely';

export const name = '0041-operator-sessions';

/** How sessions change hands and end, and what a second step has used up. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A secret that nobody has confirmed yet opens nothing; a step's code is good once.
  await sql`
    alter table operator
      add column totp_pending bytea,
      add column totp_used_step bigint not null default 0`.execute(db);
  // A session that was ended stays for a day, to say why. Its former token is good for requests under way.
  await sql`
    alter table session
      add column ended_why text,
      add column rights_version integer not null default 1,
      add column former_hash bytea,
      add column former_until timestamptz`.execute(db);
  await sql`create index session_former_hash on session (former_hash) where former_hash is not null`.execute(
    db,
  );
}

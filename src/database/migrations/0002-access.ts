import { type Kysely, sql } from 'kysely';

export const name = '0002-access';

/** Of keys and session tokens only the sha-256 is kept: both are long and random, so nothing slower is needed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table api_key (
      id integer generated always as identity constraint api_key_pkey primary key,
      name text not null constraint api_key_name_key unique,
      hash bytea not null constraint api_key_hash_key unique,
      role text not null
        constraint api_key_role_check check (role in ('viewer', 'editor', 'sender', 'admin')),
      created_at timestamptz not null default clock_now(),
      revoked_at timestamptz
    )`.execute(db);
  await sql`
    create table session (
      hash bytea constraint session_pkey primary key,
      api_key_id integer not null
        constraint session_api_key_id_fkey references api_key (id) on delete cascade,
      created_at timestamptz not null default clock_now(),
      expires_at timestamptz not null
    )`.execute(db);
  await sql`create index session_api_key_id on session (api_key_id)`.execute(db);
  await sql`create index session_expires_at on session (expires_at)`.execute(db);
}

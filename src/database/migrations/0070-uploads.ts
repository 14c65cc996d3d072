import { type Kysely, sql } from 'kysely';

export const name = '0070-uploads';

/** Lists that people send: their bytes as they came, and what was read of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table upload (
      id uuid constraint upload_pkey primary key,
      -- null once the account is gone: then all of it goes
      account_id integer constraint upload_account_id_fkey
        references account (id) on delete set null,
      name text not null,
      file_name text,
      state text not null constraint upload_state_check
        check (state in ('receiving', 'received', 'previewed', 'importing', 'ready', 'failed')),
      -- counts who has taken it up: a worker that comes late changes nothing
      turn integer not null default 1,
      -- taken up since it last came further
      tries integer not null default 0,
      auto_import boolean not null default false,
      idempotency_key text,
      size bigint not null default 0,
      sha256 bytea,
      -- what somebody has said about how it is read
      told jsonb not null default '{}',
      -- what a worker has found: how it is read, its columns, its first rows
      found jsonb,
      problem jsonb,
      warnings jsonb not null default '[]',
      -- where the import goes on
      rows integer not null default 0,
      usable integer not null default 0,
      failed integer not null default 0,
      duplicates integer not null default 0,
      -- of the usable ones; null where nobody knows who follows
      followers integer,
      created_at timestamptz not null default clock_now(),
      -- since when it waits for a worker
      asked_at timestamptz,
      taken_at timestamptz,
      alive_at timestamptz,
      imported_at timestamptz,
      parts_cleared_at timestamptz,
      -- nothing of it is read any more; its rows go after that
      purged_at timestamptz,
      cleared_at timestamptz,
      removed_at timestamptz
    )`.execute(db);
  await sql`create index upload_by_account on upload (account_id, id desc)`.execute(db);
  await sql`
    create index upload_unfinished on upload (state, id)
      where state in ('receiving', 'received', 'importing')`.execute(db);
  await sql`create index upload_uncleared on upload (id) where cleared_at is null`.execute(db);
  await sql`
    create unique index upload_by_key on upload (account_id, idempotency_key)
      where idempotency_key is not null and removed_at is null`.execute(db);
  await sql`
    create table upload_part (
      upload_id uuid not null,
      no integer not null,
      bytes bytea not null,
      constraint upload_part_pkey primary key (upload_id, no)
    )`.execute(db);
  // Compressing it takes four times as long as writing it.
  await sql`alter table upload_part alter column bytes set storage external`.execute(db);
  // Neither refers to the upload: a million checks would cost more than the rows. The sweep removes them with it.
  await sql`
    create table upload_row (
      upload_id uuid not null,
      openid text collate "C" not null,
      line integer not null,
      -- in the order of the columns, without the openid
      cells jsonb not null,
      constraint upload_row_pkey primary key (upload_id, openid)
    )`.execute(db);
  await sql`
    create table upload_failure (
      upload_id uuid not null,
      -- the last row of the page of which these are
      upto integer not null,
      rows integer not null,
      -- one JSON a line
      body text not null,
      constraint upload_failure_pkey primary key (upload_id, upto)
    )`.execute(db);
}

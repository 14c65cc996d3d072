import { type Kysely, sql } from 'kysely';

export const name = '0047-decisions';

/** Who changed a broadcast when, what a start was decided on, until when it can be taken back, and keys of verbs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table broadcast
      -- one more with each write of an operator's, and with each start
      add column etag integer not null default 1,
      -- counts sittings: one person's changes within ten minutes, on which nobody relies yet
      add column revision integer not null default 1,
      add column revised_at timestamptz,
      add column revised_by text,
      -- somebody relies on the revision: the next change begins another
      add column revision_bound boolean not null default false,
      -- the etag on which the last decision was made: a second click on it is no stale one
      add column decided_from integer,
      -- until then the start can be taken back, and nothing is expanded
      add column undo_until timestamptz`.execute(db);
  await sql`
    create table verb_key (
      account_id integer not null constraint verb_key_account_id_fkey references account (id) on delete cascade,
      target_kind text not null,
      target_id text not null,
      key text not null,
      request_hash bytea not null,
      created_at timestamptz not null,
      constraint verb_key_pkey primary key (account_id, target_kind, target_id, key)
    )`.execute(db);
  await sql`create index verb_key_created_at on verb_key (created_at)`.execute(db);
}

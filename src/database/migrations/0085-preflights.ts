import { type Kysely, sql } from 'kysely';

export const name = '0085-preflights';

/** Audiences that are walked before a broadcast starts, and what was counted of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table preflight (
      id uuid constraint preflight_pkey primary key,
      account_id integer not null constraint preflight_account_id_fkey
        references account (id) on delete cascade,
      -- null where a body was asked about that is no broadcast yet
      broadcast_id uuid constraint preflight_broadcast_id_fkey
        references broadcast (id) on delete cascade,
      revision integer,
      -- a hash of all that it depends on
      basis text not null,
      channel text not null,
      template_id text not null,
      message jsonb not null,
      audience jsonb not null,
      -- when and how fast it would be sent
      settings jsonb not null,
      -- in force when it was asked for; null where there was none
      contact_cap jsonb,
      state text not null constraint preflight_state_check
        check (state in ('running', 'done', 'failed')),
      -- counts who has taken it up: a worker that comes late changes nothing
      turn integer not null default 1,
      -- taken up since it last came further
      tries integer not null default 0,
      cursor text collate "C" not null default '',
      -- of each entry of a union
      sources integer[] not null default '{}',
      duplicates integer not null default 0,
      excluded integer not null default 0,
      suppressed integer not null default 0,
      unsubscribed integer not null default 0,
      invalid integer not null default 0,
      cap integer not null default 0,
      recipients integer not null default 0,
      -- people as they would read it
      samples jsonb not null default '[]',
      problem jsonb,
      asked_at timestamptz not null default clock_now(),
      taken_at timestamptz,
      alive_at timestamptz,
      -- its first page was read at one, its last at the other
      read_from timestamptz,
      read_to timestamptz
    )`.execute(db);
  // Whoever asks twice for the same gets one walk.
  await sql`
    create unique index preflight_running
      on preflight (account_id, basis, coalesce(broadcast_id, '00000000-0000-0000-0000-000000000000'))
      where state = 'running'`.execute(db);
  await sql`create index preflight_by_account on preflight (account_id, id desc)`.execute(db);
  await sql`
    create index preflight_by_broadcast on preflight (broadcast_id, id desc)
      where broadcast_id is not null`.execute(db);
  await sql`
    create index preflight_untaken on preflight (asked_at) where state = 'running'`.execute(db);
  await sql`
    create table preflight_member (
      preflight_id uuid not null constraint preflight_member_preflight_id_fkey
        references preflight (id) on delete cascade,
      openid text collate "C" not null,
      constraint preflight_member_pkey primary key (preflight_id, openid)
    )`.execute(db);
}

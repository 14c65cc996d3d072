import { type Kysely, sql } from 'kysely';

export const name = '0013-brakes';

/** What stops a broadcast before it does harm. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table broadcast
      -- as asked: { first } or { percent }
      add column canary jsonb,
      -- in recipients; null until the share of a percentage is known
      add column canary_size integer,
      add column canary_passed_at timestamptz`.execute(db);
  await sql`
    alter table broadcast_hold
      -- what exactly tripped, e.g. wrong_account, refusals, token_storm
      add column code text,
      -- a recipient whose refusal it was, as a sample
      add column openid text collate "C"`.execute(db);
  // How many deliveries were handed out for the first time.
  await sql`alter table broadcast_cursor add column handed_out bigint not null default 0`.execute(
    db,
  );
  // Each brake decides once in a broadcast: it trips, and a person who lifts that has decided; or the
  // time in which it looks is over.
  await sql`
    create table broadcast_brake (
      broadcast_id uuid not null references broadcast (id) on delete cascade,
      brake text not null,
      decided_at timestamptz not null,
      tripped boolean not null,
      primary key (broadcast_id, brake)
    )`.execute(db);
  // Which database this is, to notice when another one stands in its place. Null: this server does not tell.
  await sql`
    create table database_identity (
      singleton boolean primary key default true check (singleton),
      system_identifier text,
      timeline bigint,
      database_oid bigint,
      delivery_oid bigint,
      seen_at timestamptz not null
    )`.execute(db);
}

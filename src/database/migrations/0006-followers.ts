import { type Kysely, sql } from 'kysely';

export const name = '0006-followers';

/**
 * `subscribed` rides in the primary key's index, so that walking an account's audience, and finding out which of a
 * page of 10,000 are known, read the index alone; an index of its own would cost as much again.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table follower (
      account_id integer not null
        constraint follower_account_id_fkey references account (id) on delete cascade,
      openid text collate "C" not null,
      subscribed boolean not null,
      as_of timestamptz not null,
      constraint follower_pkey primary key (account_id, openid) include (subscribed)
    )`.execute(db);
  await sql`
    comment on column follower.as_of is
      'the instant for which subscribed is known: the time of an event, or shortly before the walk that saw it'
    `.execute(db);

  await sql`
    create table follower_sync (
      account_id integer constraint follower_sync_pkey primary key
        constraint follower_sync_account_id_fkey references account (id) on delete cascade,
      walk integer not null,
      state text not null
        constraint follower_sync_state_check check (state in ('running', 'done', 'failed')),
      step text not null
        constraint follower_sync_step_check check (step in ('reading', 'comparing', 'parting')),
      cursor text collate "C",
      began_at timestamptz not null,
      as_of timestamptz not null,
      alive_at timestamptz not null,
      finished_at timestamptz,
      seen integer not null,
      skipped integer not null,
      total integer,
      problem jsonb,
      confirmed_as_of timestamptz,
      confirmed_total integer
    )`.execute(db);
  await sql`
    comment on column follower_sync.confirmed_as_of is
      'as_of of the last complete walk: no event older than this may change a follower'
    `.execute(db);

  // What a running walk has seen, one row a page: an eighth of the size of a row a follower, and no index to fill.
  // Openids do not compress, so nobody tries.
  await sql`
    create table follower_walk_page (
      account_id integer not null
        constraint follower_walk_page_account_id_fkey
          references follower_sync (account_id) on delete cascade,
      after text collate "C" not null,
      openids text[] collate "C" not null,
      constraint follower_walk_page_pkey primary key (account_id, after)
    )`.execute(db);
  await sql`alter table follower_walk_page alter openids set storage external`.execute(db);

  // Whom a complete walk has not seen, in lots that are small enough for one transaction.
  await sql`
    create table follower_parting (
      account_id integer not null
        constraint follower_parting_account_id_fkey
          references follower_sync (account_id) on delete cascade,
      first_openid text collate "C" not null,
      openids text[] collate "C" not null,
      constraint follower_parting_pkey primary key (account_id, first_openid)
    )`.execute(db);
  await sql`alter table follower_parting alter openids set storage external`.execute(db);
}

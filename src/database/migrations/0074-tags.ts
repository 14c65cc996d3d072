import { type Kysely, sql } from 'kysely';

export const name = '0074-tags';

/**
 * The tags of an account, who has them, and the walk that reads both. A tag's members are read in one range of one
 * key, so that key is the only index of a table of millions.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tag (
      account_id integer not null
        constraint tag_account_id_fkey references account (id) on delete cascade,
      tag_id integer not null,
      name text not null,
      count integer not null,
      members integer,
      as_of timestamptz,
      changed_at timestamptz not null,
      gone_at timestamptz,
      constraint tag_pkey primary key (account_id, tag_id)
    )`.execute(db);
  await sql`
    comment on column tag.as_of is
      'the instant for which the rows of follower_tag are known; null until its members were read to the end once'
    `.execute(db);
  await sql`create index tag_gone on tag (account_id, tag_id) where gone_at is not null`.execute(
    db,
  );

  await sql`
    create table follower_tag (
      account_id integer not null
        constraint follower_tag_account_id_fkey references account (id) on delete cascade,
      tag_id integer not null,
      openid text collate "C" not null,
      constraint follower_tag_pkey primary key (account_id, tag_id, openid)
    )`.execute(db);

  // What we have told WeChat ourselves: a page that was read before it, and is stored after it, must not undo it.
  await sql`
    create table tag_change (
      account_id integer not null
        constraint tag_change_account_id_fkey references account (id) on delete cascade,
      tag_id integer not null,
      openid text collate "C" not null,
      tagged boolean not null,
      at timestamptz not null,
      constraint tag_change_pkey primary key (account_id, tag_id, openid)
    )`.execute(db);

  await sql`
    create table tag_sync (
      account_id integer constraint tag_sync_pkey primary key
        constraint tag_sync_account_id_fkey references account (id) on delete cascade,
      walk integer not null,
      state text not null
        constraint tag_sync_state_check check (state in ('running', 'done', 'failed')),
      step text not null
        constraint tag_sync_step_check check (step in ('listing', 'reading', 'comparing', 'parting')),
      tag_id integer,
      tag_as_of timestamptz,
      cursor text collate "C",
      began_at timestamptz not null,
      alive_at timestamptz not null,
      taken_at timestamptz,
      finished_at timestamptz,
      listed integer not null,
      read integer not null,
      seen integer not null,
      skipped integer not null,
      problem jsonb,
      confirmed_as_of timestamptz
    )`.execute(db);
  await sql`
    create table tag_walk_page (
      account_id integer not null
        constraint tag_walk_page_account_id_fkey
          references tag_sync (account_id) on delete cascade,
      after text collate "C" not null,
      openids text[] collate "C" not null,
      constraint tag_walk_page_pkey primary key (account_id, after)
    )`.execute(db);
  await sql`alter table tag_walk_page alter openids set storage external`.execute(db);
  await sql`
    create table tag_parting (
      account_id integer not null
        constraint tag_parting_account_id_fkey
          references tag_sync (account_id) on delete cascade,
      first_openid text collate "C" not null,
      openids text[] collate "C" not null,
      constraint tag_parting_pkey primary key (account_id, first_openid)
    )`.execute(db);
  await sql`alter table tag_parting alter openids set storage external`.execute(db);
}

import { type Kysely, sql } from 'kysely';

export const name = '0014-mini-program';

/** What people of an account have granted, and the form_ids that were collected of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // How many messages of a template somebody still lets us send. Rows without any are kept for a while: they know
  // up to when acceptances count no more.
  await sql`
    create table template_grant (
      account_id integer not null
        constraint template_grant_account_id_fkey references account (id) on delete cascade,
      openid text collate "C" not null,
      template_id text collate "C" not null,
      count integer not null constraint template_grant_count_check check (count >= 0),
      -- acceptances up to here were taken back, or used up; null: none
      void_until timestamptz,
      -- sends that were accepted before the push of the grant which they spent came, and the last one's time
      owed integer not null constraint template_grant_owed_check check (owed >= 0),
      owed_at timestamptz,
      updated_at timestamptz not null,
      constraint template_grant_pkey primary key (account_id, openid, template_id)
    )`.execute(db);
  await sql`
    create index template_grant_holders on template_grant (account_id, template_id, openid)
      where count > 0`.execute(db);
  await sql`create index template_grant_spent on template_grant (updated_at) where count = 0`.execute(
    db,
  );

  // Each acceptance once, however often it is pushed; and what is left when an older rejection comes late.
  await sql`
    create table grant_acceptance (
      account_id integer not null
        constraint grant_acceptance_account_id_fkey references account (id) on delete cascade,
      openid text collate "C" not null,
      template_id text collate "C" not null,
      -- WeChat's CreateTime
      at timestamptz not null,
      constraint grant_acceptance_pkey primary key (account_id, openid, template_id, at)
    )`.execute(db);
  await sql`create index grant_acceptance_at on grant_acceptance (at)`.execute(db);

  // One row for each use: a prepay_id has three of them.
  await sql`
    create table form_id (
      id bigint generated always as identity constraint form_id_pkey primary key,
      account_id integer not null
        constraint form_id_account_id_fkey references account (id) on delete cascade,
      openid text collate "C" not null,
      form_id text collate "C" not null,
      kind text not null constraint form_id_kind_check check (kind in ('form', 'prepay')),
      use smallint not null,
      collected_at timestamptz not null,
      -- held: a delivery may be sending with it; spent: WeChat accepted it, or may have;
      -- dropped: WeChat refused it
      state text not null default 'live'
        constraint form_id_state_check check (state in ('live', 'held', 'spent', 'dropped')),
      -- the delivery that holds or spent it
      broadcast_id uuid,
      held_at timestamptz,
      -- how often it has been asked for: the fence of whoever gives it back
      takes integer not null default 0,
      errcode integer,
      constraint form_id_use_key unique (account_id, form_id, use)
    )`.execute(db);
  // Of somebody's, oldest first; an audience is read from it alone.
  await sql`
    create index form_id_of_openid on form_id (account_id, openid, collected_at, id)
      include (state)`.execute(db);
  await sql`
    create unique index form_id_of_delivery on form_id (broadcast_id, openid)
      where broadcast_id is not null`.execute(db);
  await sql`create index form_id_held on form_id (id) where state = 'held'`.execute(db);
  await sql`create index form_id_collected_at on form_id (collected_at)`.execute(db);
}

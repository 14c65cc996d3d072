import { type Kysely, sql } from 'kysely';

export const name = '0075-taggings';

/** Lists of people who are given or lose a tag: told to WeChat a lot at a time, by a job that finds them here. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tagging (
      id uuid constraint tagging_pkey primary key,
      account_id integer not null
        constraint tagging_account_id_fkey references account (id) on delete cascade,
      tag_id integer not null,
      verb text not null constraint tagging_verb_check check (verb in ('tag', 'untag')),
      state text not null
        constraint tagging_state_check check (state in ('running', 'done', 'failed')),
      total integer not null,
      done integer not null,
      failed integer not null,
      created_at timestamptz not null,
      alive_at timestamptz not null,
      taken_at timestamptz,
      finished_at timestamptz,
      problem jsonb
    )`.execute(db);
  await sql`create index tagging_running on tagging (alive_at) where state = 'running'`.execute(db);
  await sql`create index tagging_finished on tagging (finished_at) where finished_at is not null`.execute(
    db,
  );
  await sql`create index tagging_of_account on tagging (account_id)`.execute(db);
  await sql`
    create table tagging_lot (
      tagging_id uuid not null
        constraint tagging_lot_tagging_id_fkey references tagging (id) on delete cascade,
      lot integer not null,
      openids text[] collate "C" not null,
      constraint tagging_lot_pkey primary key (tagging_id, lot)
    )`.execute(db);
  await sql`
    create table tagging_failure (
      tagging_id uuid not null
        constraint tagging_failure_tagging_id_fkey references tagging (id) on delete cascade,
      openid text collate "C" not null,
      problem jsonb not null,
      constraint tagging_failure_pkey primary key (tagging_id, openid)
    )`.execute(db);
}

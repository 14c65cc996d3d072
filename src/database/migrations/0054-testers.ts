import { type Kysely, sql } from 'kysely';

export const name = '0054-testers';

/** Whom tests are sent to, and who has pushed anything lately. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tester (
      account_id integer not null
        constraint tester_account_id_fkey references account (id) on delete cascade,
      openid text collate "C" not null,
      name text not null,
      -- whose personal values a test borrows
      like_openid text collate "C",
      created_at timestamptz not null default clock_now(),
      constraint tester_pkey primary key (account_id, openid)
    )`.execute(db);
  await sql`
    create table recent_push (
      account_id integer not null
        constraint recent_push_account_id_fkey references account (id) on delete cascade,
      openid text collate "C" not null,
      at timestamptz not null,
      what text not null constraint recent_push_what_check
        check (what in ('message', 'scan', 'follow', 'menu')),
      constraint recent_push_pkey primary key (account_id, openid)
    )`.execute(db);
  await sql`create index recent_push_by_time on recent_push (account_id, at)`.execute(db);
  await sql`create index recent_push_old on recent_push (at)`.execute(db);
}

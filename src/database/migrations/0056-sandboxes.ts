import { type Kysely, sql } from 'kysely';

export const name = '0056-sandboxes';

/** What a pretended account is made from again when the service starts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sandbox (
      account_id integer constraint sandbox_pkey primary key
        constraint sandbox_account_id_fkey references account (id) on delete cascade,
      -- the people: the same seed has the same openids
      seed text not null,
      followers integer not null,
      mood text not null constraint sandbox_mood_check
        check (mood in ('well', 'busy', 'quota_gone', 'many_refuse', 'under_review')),
      unfollowed text[] collate "C" not null default '{}',
      blocking text[] collate "C" not null default '{}'
    )`.execute(db);
}

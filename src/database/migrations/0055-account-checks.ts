import { type Kysely, sql } from 'kysely';

export const name = '0055-account-checks';

/** The last check of each account: what was tried, and what came of it. A process that dies in the middle leaves it open. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table account_check (
      account_id integer constraint account_check_pkey primary key
        constraint account_check_account_id_fkey references account (id) on delete cascade,
      -- counts the checks: a late writer of an earlier one changes nothing
      run integer not null default 1,
      started_at timestamptz not null,
      finished_at timestamptz,
      -- by step: its state, since when, and in which words
      tries jsonb not null default '{}'
    )`.execute(db);
}

import { type Kysely, sql } from 'kysely';

export const name = '0063-quota-clearings';

/** WeChat lets an account clear its quotas ten times a month. It tells nobody how many are left, so we count ours. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table quota_clearing (
      account_id integer constraint quota_clearing_pkey primary key
        constraint quota_clearing_account_id_fkey references account (id) on delete cascade,
      -- somebody clears just now: a second click waits
      asked_at timestamptz not null,
      cleared_at timestamptz,
      -- the first day of the month that the count is of, in Shanghai
      month date,
      used smallint not null default 0
    )`.execute(db);
  // How many of `ours` WeChat does not count any more: those before the last clearing of the day.
  await sql`alter table quota_day add column cleared bigint not null default 0`.execute(db);
}

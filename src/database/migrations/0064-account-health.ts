import { type Kysely, sql } from 'kysely';

export const name = '0064-account-health';

/** What was learned of an account by asking WeChat, with its time: its health is read from here. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The day's calls of each path, as WeChat said them last.
  await sql`
    create table path_quota (
      account_id integer not null
        constraint path_quota_account_id_fkey references account (id) on delete cascade,
      path text not null,
      asked_at timestamptz not null,
      daily_limit bigint,
      used bigint,
      -- what WeChat answered in place of figures
      errcode integer,
      constraint path_quota_pkey primary key (account_id, path),
      constraint path_quota_said_check check ((errcode is null) = (daily_limit is not null and used is not null))
    )`.execute(db);
  // When the account's templates were read last; before this table only changes were on record.
  await sql`
    create table template_sync (
      account_id integer constraint template_sync_pkey primary key
        constraint template_sync_account_id_fkey references account (id) on delete cascade,
      synced_at timestamptz not null
    )`.execute(db);
  await sql`
    insert into template_sync (account_id, synced_at)
    select account_id, max(greatest(changed_at, removed_at)) from template group by account_id`.execute(
    db,
  );
  // Messages that WeChat's review has refused, as we found them.
  await sql`
    create table account_interception (
      account_id integer not null
        constraint account_interception_account_id_fkey references account (id) on delete cascade,
      -- a day in Shanghai
      day date not null,
      count bigint not null,
      told_at timestamptz not null,
      constraint account_interception_pkey primary key (account_id, day)
    )`.execute(db);
}

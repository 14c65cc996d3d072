import { type Kysely, sql } from 'kysely';

export const name = '0023-quota-by-path';

/** WeChat's daily quota is one of each API path, and each channel is one path. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // What was counted so far was nearly always the path that the account's kind lives by.
  await sql`alter table quota_day add column channel text`.execute(db);
  await sql`
    update quota_day q set channel = case a.kind when 'mini_program' then 'subscribe' else 'template' end
    from account a where a.id = q.account_id`.execute(db);
  await sql`
    alter table quota_day
      alter column channel set not null,
      drop constraint quota_day_pkey,
      add primary key (account_id, day, channel)`.execute(db);

  // WeChat's own figure, as openapi/quota/get told it last.
  await sql`
    create table quota_limit (
      account_id integer not null references account (id) on delete cascade,
      channel text not null,
      daily_limit bigint not null,
      -- when the question was put that it answers
      learned_at timestamptz not null,
      primary key (account_id, channel)
    )`.execute(db);
  await sql`
    insert into quota_limit (account_id, channel, daily_limit, learned_at)
    select p.account_id, case a.kind when 'mini_program' then 'subscribe' else 'template' end,
      p.daily_limit, p.quota_learned_at
    from pace p join account a on a.id = p.account_id
    where p.daily_limit is not null and p.quota_learned_at is not null`.execute(db);
  // `pace.daily_limit`, `quota_learned_at` and `opened_day` say nothing any more: processes of the former release
  // still read them, and they go with a later one.
  await sql`
    alter table pace
      -- how often a claim was the first of its day and path: who waited meanwhile cannot see that row
      add column days_opened integer not null default 0`.execute(db);
}

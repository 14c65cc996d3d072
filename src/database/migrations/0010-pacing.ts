import { type Kysely, sql } from 'kysely';

export const name = '0010-pacing';

/** What an account may send in a WeChat day, and what makes its rate fall. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table pace
      -- how often something of the account was held or cancelled: a claim that waited while it rose asks again
      add column stops integer not null default 0,
      -- when trouble last made the rate fall; until then it climbs by doubling, afterwards by steps
      add column fell_at timestamptz,
      -- what made it fall, while it has not climbed back to its cap
      add column trouble text,
      -- one message at a time, until WeChat answers better
      add column single_file boolean not null default false,
      -- the last day that claims were counted into, which is when it has a row in quota_day
      add column opened_day date,
      -- WeChat's own figure, as openapi/quota/get told it last
      add column daily_limit bigint,
      add column quota_learned_at timestamptz`.execute(db);

  // Percent of the daily limit that is left to other systems of the same account.
  await sql`alter table account add column quota_reserve_percent smallint not null default 0`.execute(
    db,
  );

  // One row per account and WeChat day. Claims count into it under its row lock.
  await sql`
    create table quota_day (
      account_id integer not null references account (id) on delete cascade,
      day date not null,
      ours bigint not null default 0,
      -- calls of other systems, as far as WeChat's figure exceeds ours
      others bigint not null default 0,
      -- WeChat said 45009: nothing is left, whatever the figures say
      spent_at timestamptz,
      primary key (account_id, day)
    ) with (fillfactor = 20)`.execute(db);

  // Attempts that were no fault of the recipient's: quota, rate, token. They use up no try.
  await sql`alter table delivery add column spared smallint not null default 0`.execute(db);

  // The live workers: how many sends can be in flight at once, all together.
  await sql`
    create table worker_process (
      id text primary key,
      slots integer not null,
      seen_at timestamptz not null
    )`.execute(db);
}

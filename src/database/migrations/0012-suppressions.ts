import { type Kysely, sql } from 'kysely';

export const name = '0012-suppressions';

/** Who is spared, what is counted beside the states, and when receipts that wait are looked at. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // People of an account to whom nothing is sent, though they may follow it.
  await sql`
    create table suppression (
      account_id integer not null references account (id) on delete cascade,
      openid text collate "C" not null,
      -- 'blocked': their receipt said so; 'manual': an operator did
      reason text not null check (reason in ('blocked', 'manual')),
      -- WeChat's time of the receipt, or when the operator wrote it down
      since timestamptz not null,
      note text,
      primary key (account_id, openid)
    )`.execute(db);

  // `as_of` may be a walk's, and a walk lists those who block messages too: only a person's own coming back does not.
  await sql`alter table follower add column subscribed_at timestamptz`.execute(db);
  await sql`
    comment on column follower.subscribed_at is
      'the latest subscribe event, whatever came after it'`.execute(db);

  // Why rows were skipped, and receipts that contradict their row; deltas by lane as in broadcast_counter.
  await sql`
    create table broadcast_tally (
      broadcast_id uuid not null,
      what text not null,
      lane text not null,
      count bigint not null default 0,
      primary key (broadcast_id, what, lane)
    ) with (fillfactor = 50)`.execute(db);

  // Whether a message that failed by WeChat's own fault (failed: system failed) is sent again.
  await sql`alter table broadcast add column resend_failed boolean not null default false`.execute(
    db,
  );

  // When a receipt without its delivery is looked at next; null: not any more.
  await sql`alter table receipt add column look_at timestamptz`.execute(db);
  await sql`
    update receipt set look_at = clock_now()
    where broadcast_id is null and received_at > clock_now() - interval '1 day'`.execute(db);
  await sql`drop index receipt_unmatched_since`.execute(db);
  await sql`create index receipt_to_look_at on receipt (look_at) where broadcast_id is null and look_at is not null`.execute(
    db,
  );
  await sql`create index receipt_unmatched_of_openid on receipt (openid, account_id) where broadcast_id is null and look_at is not null`.execute(
    db,
  );
}

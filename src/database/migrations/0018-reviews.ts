import { type Kysely, sql } from 'kysely';

export const name = '0018-reviews';

/**
 * What is known of WeChat's review. No index and no check here names the state `reviewing`: it may be of the very
 * transaction that runs this.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table broadcast_counter add column reviewing bigint not null default 0`.execute(
    db,
  );
  // When WeChat took it into review; written once, never cleared, whatever becomes of it.
  await sql`alter table delivery add column reviewed_at timestamptz`.execute(db);
  // Of which event it was: 'template' (TEMPLATESENDJOBFINISH) or 'subscription' (subscribe_msg_sent_event); null: an
  // older process stored it, and did not say.
  await sql`alter table receipt add column kind text`.execute(db);
  // Which states a live process knows; one that says nothing is older than the question.
  await sql`alter table worker_process add column speaks integer not null default 0`.execute(db);

  // Deliveries that are under review: few, and each for two hours at most.
  await sql`
    create table delivery_review (
      broadcast_id uuid not null,
      openid text collate "C" not null,
      account_id integer not null,
      template_id text collate "C" not null,
      -- when it was claimed
      since timestamptz not null,
      constraint delivery_review_pkey primary key (broadcast_id, openid)
    )`.execute(db);
  await sql`create index delivery_review_since on delivery_review (since)`.execute(db);
  await sql`
    create index delivery_review_of_template on delivery_review (account_id, template_id, since)`.execute(
    db,
  );

  // How far WeChat's list of what it intercepted has been read.
  await sql`
    create table interception_cursor (
      account_id integer not null
        constraint interception_cursor_account_id_fkey references account (id) on delete cascade,
      template_id text collate "C" not null,
      largest_id bigint not null default 0,
      asked_at timestamptz not null,
      constraint interception_cursor_pkey primary key (account_id, template_id)
    )`.execute(db);

  // WeChat days on which an account had receipts for people to whom we sent nothing: another system sends. Not a foreign
  // key: an account may be removed before its last push.
  await sql`
    create table stranger_receipt (
      account_id integer not null,
      day date not null,
      constraint stranger_receipt_pkey primary key (account_id, day)
    )`.execute(db);

  // When more than a few of the last messages were under review, and how many in a hundred. Not a foreign key: it is
  // written under a broadcast's lock, and the account's comes before that.
  await sql`
    create table account_review (
      account_id integer primary key,
      told_at timestamptz not null,
      broadcast_id uuid not null,
      percent smallint not null
    )`.execute(db);
}

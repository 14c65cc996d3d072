import { type Kysely, sql } from 'kysely';

export const name = '0007-broadcasts';

const STATES =
  'pending queued sending accepted delivered blocked failed refused unknown skipped'.split(' ');

/**
 * The truth about every broadcast: one row each, one row per recipient, counters by lane.
 *
 * `delivery` and `delivery_problem` are partitioned by month on the UUIDv7 of the broadcast; the
 * partitions are made by `DeliveryPartitions`, never here. No index of `delivery` names `state`:
 * that would end in-place (HOT) updates, of which every message makes two.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create type broadcast_state as enum
      ('draft', 'awaiting_approval', 'scheduled', 'running', 'finished', 'cancelled')`.execute(db);
  await sql`
    create type delivery_state as enum (${sql.raw(STATES.map((s) => `'${s}'`).join(', '))})`.execute(
    db,
  );

  await sql`
    create table broadcast (
      id uuid primary key,
      account_id integer not null references account (id),
      name text,
      purpose text not null default 'broadcast' check (purpose in ('broadcast', 'test', 'single')),
      channel text not null,
      template_id text not null,
      message jsonb not null,
      audience jsonb not null,
      state broadcast_state not null,
      sends_per_second integer,
      created_at timestamptz not null,
      started_at timestamptz,
      ended_at timestamptz,
      -- set once the broadcast has ended and no delivery is open any more
      closed_at timestamptz,
      expand_cursor text collate "C",
      expand_progress_at timestamptz,
      expanded_at timestamptz,
      receipts_closed_at timestamptz,
      unique (account_id, id)
    )`.execute(db);
  await sql`create index broadcast_open on broadcast (account_id, id) where closed_at is null and started_at is not null`.execute(
    db,
  );
  await sql`create index broadcast_awaiting_receipts on broadcast (ended_at) where receipts_closed_at is null and closed_at is not null`.execute(
    db,
  );

  // A broadcast sends only while it has no row here; a reason lifts only itself.
  await sql`
    create table broadcast_hold (
      broadcast_id uuid not null references broadcast (id) on delete cascade,
      reason text not null,
      since timestamptz not null,
      until timestamptz,
      errcode integer,
      rid text,
      detail text,
      primary key (broadcast_id, reason)
    )`.execute(db);

  await sql`
    create table broadcast_event (
      id bigint generated always as identity primary key,
      broadcast_id uuid not null references broadcast (id) on delete cascade,
      at timestamptz not null,
      kind text not null,
      data jsonb not null default '{}'
    )`.execute(db);
  await sql`create index broadcast_event_by_broadcast on broadcast_event (broadcast_id, id)`.execute(
    db,
  );

  // An explicit list of recipients; emptied once it has become deliveries.
  await sql`
    create table broadcast_member (
      broadcast_id uuid not null references broadcast (id) on delete cascade,
      openid text collate "C" not null,
      vars jsonb,
      primary key (broadcast_id, openid)
    )`.execute(db);

  // Deltas, one lane per writer, so that no two writers ever wait for the same row.
  await sql`
    create table broadcast_counter (
      broadcast_id uuid not null,
      lane text not null,
      ${sql.raw(STATES.map((s) => `${s} bigint not null default 0`).join(',\n      '))},
      primary key (broadcast_id, lane)
    ) with (fillfactor = 20)`.execute(db);
  await sql`
    create table broadcast_error (
      broadcast_id uuid not null,
      errcode integer not null,
      lane text not null,
      count bigint not null default 0,
      primary key (broadcast_id, errcode, lane)
    ) with (fillfactor = 50)`.execute(db);

  await sql`
    create table delivery (
      broadcast_id uuid not null,
      openid text collate "C" not null,
      account_id integer not null,
      state delivery_state not null,
      attempts integer not null default 0,
      attempt_group smallint not null default 0,
      nudge integer not null default 0,
      errcode integer,
      msgid bigint,
      queued_at timestamptz,
      claimed_at timestamptz,
      in_doubt_since timestamptz,
      not_before timestamptz,
      settled_at timestamptz,
      receipt_at timestamptz,
      rid text,
      -- why it was skipped, or what WeChat's receipt said when it did not say success
      detail text,
      vars jsonb,
      primary key (broadcast_id, openid)
    ) partition by range (broadcast_id)`.execute(db);
  await sql`create index delivery_by_openid on delivery (openid, broadcast_id)`.execute(db);
  await sql`create index delivery_by_msgid on delivery (msgid) where msgid is not null`.execute(db);
  await sql`create index delivery_due on delivery (broadcast_id, not_before) where not_before is not null`.execute(
    db,
  );

  await sql`
    create table delivery_problem (
      broadcast_id uuid not null,
      state delivery_state not null,
      errcode integer not null,
      openid text collate "C" not null,
      primary key (broadcast_id, state, errcode, openid)
    ) partition by range (broadcast_id)`.execute(db);

  // How far a broadcast has been handed out and cleaned up. Apart from `broadcast`, whose row lock an
  // expansion holds for a whole page; whoever locks this row has the turn to sweep.
  await sql`
    create table broadcast_cursor (
      broadcast_id uuid primary key references broadcast (id) on delete cascade,
      released_to text collate "C" not null default '',
      swept_to text collate "C" not null default '',
      swept_at timestamptz not null,
      -- what its own cap, beside the account's, lets it hand out now
      credit double precision not null default 0
    ) with (fillfactor = 20)`.execute(db);

  // What an account may send now: a token bucket, taken from by claims alone.
  await sql`
    create table pace (
      account_id integer primary key references account (id) on delete cascade,
      rate double precision not null,
      rate_changed_at timestamptz not null,
      tokens double precision not null default 0,
      refilled_at timestamptz not null,
      paused_until timestamptz
    ) with (fillfactor = 20)`.execute(db);

  // Whoever locks this row has the turn to release for that account.
  await sql`
    create table release_turn (
      account_id integer primary key references account (id) on delete cascade,
      credit double precision not null default 0,
      released_at timestamptz not null
    ) with (fillfactor = 20)`.execute(db);

  await sql`
    create table idempotency_key (
      account_id integer not null references account (id) on delete cascade,
      key text not null,
      request_hash bytea not null,
      broadcast_id uuid not null,
      created_at timestamptz not null,
      primary key (account_id, key)
    )`.execute(db);
}

import { type Kysely, sql } from 'kysely';

export const name = '0044-audit';

/**
 * Who changed what. Partitioned by month on the UUIDv7 of the entry, by `AuditMonths`; what has no partition goes to the
 * default one, so that no change fails for want of a month. An entry outlives what it tells of: it refers to no row.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_entry (
      id uuid not null,
      at timestamptz not null,
      actor_kind text not null
        constraint audit_entry_actor_kind_check check (actor_kind in ('operator', 'key', 'system')),
      actor_id bigint,
      actor_name text not null,
      ip text,
      action text not null,
      target_kind text not null,
      target_id text not null,
      account_id integer,
      appid text,
      before jsonb,
      after jsonb,
      cut boolean not null default false,
      request_id text,
      reason text,
      constraint audit_entry_pkey primary key (id)
    ) partition by range (id)`.execute(db);
  await sql`create index audit_entry_of_account on audit_entry (appid, id) where appid is not null`.execute(
    db,
  );
  await sql`create index audit_entry_of_actor on audit_entry (actor_kind, actor_id, id)`.execute(
    db,
  );
  await sql`create index audit_entry_of_target on audit_entry (target_kind, target_id, id)`.execute(
    db,
  );
  await sql`create index audit_entry_of_action on audit_entry (action, id)`.execute(db);
  await sql`create table audit_entry_elsewhen partition of audit_entry default`.execute(db);
}

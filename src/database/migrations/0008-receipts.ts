import { type Kysely, sql } from 'kysely';

export const name = '0008-receipts';

/**
 * What WeChat pushed about a message, kept as it came. The key is the push's own identity, so a
 * repeated push changes nothing. Unmatched receipts wait in a small partial index for the reply
 * of the send that they overtook.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table receipt (
      account_id integer not null,
      msgid bigint not null,
      openid text collate "C" not null,
      create_time timestamptz not null,
      status text not null,
      received_at timestamptz not null,
      broadcast_id uuid,
      matched_by text,
      primary key (account_id, msgid, openid, create_time)
    ) partition by range (create_time)`.execute(db);
  await sql`create index receipt_unmatched on receipt (msgid, account_id) where broadcast_id is null`.execute(
    db,
  );
  await sql`create index receipt_unmatched_since on receipt (received_at) where broadcast_id is null and msgid <> 0`.execute(
    db,
  );
  // A push may carry any CreateTime; months that we do not keep partitions for go here.
  await sql`create table receipt_elsewhen partition of receipt default`.execute(db);
}

import { type ColumnType, type Generated, type Kysely, sql } from 'kysely';

type Time = ColumnType<Date | null, Date | undefined, Date>;

interface BroadcastTable {
  /** A bigint, which pg returns as text. */
  id: Generated<string>;
  template_id: string;
  fields: ColumnType<Record<string, string>, string, never>;
  /** When the last recipient was enqueued. */
  enqueued_at: Time;
}

/** One recipient. What happened to it is said by which columns are set, so that no write takes back an earlier one. */
interface RecipientTable {
  broadcast_id: string;
  openid: string;
  msgid: string | null;
  sent_at: Time;
  /** The Status of WeChat's receipt. */
  result: string | null;
  result_at: Time;
  /** Why it was given up: WeChat's errcode, or what the last attempt threw. */
  error: string | null;
}

export interface Tables {
  broadcast: BroadcastTable;
  recipient: RecipientTable;
}

export async function createTables(db: Kysely<Tables>): Promise<void> {
  await sql`
    create table if not exists broadcast (
      id bigint generated always as identity primary key,
      template_id text not null,
      fields jsonb not null,
      enqueued_at timestamptz
    )`.execute(db);
  await sql`
    create table if not exists recipient (
      broadcast_id bigint not null,
      openid text not null,
      msgid bigint,
      sent_at timestamptz,
      result text,
      result_at timestamptz,
      error text,
      primary key (broadcast_id, openid)
    )`.execute(db);
  // Partial, so that the insert of a recipient does not write to it.
  await sql`
    create index if not exists recipient_by_msgid on recipient (msgid)
    where msgid is not null`.execute(db);
}

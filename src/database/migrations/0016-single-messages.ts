import { type Kysely, sql } from 'kysely';

export const name = '0016-single-messages';

/** Messages to one recipient: the keys that keep a second one away, and lists that do not read them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The message that a key stands for until it expires. Not a foreign key: a key goes in before its broadcast.
  await sql`
    create table dedupe (
      account_id integer not null references account (id) on delete cascade,
      openid text collate "C" not null,
      key text not null,
      broadcast_id uuid not null,
      expires_at timestamptz not null,
      primary key (account_id, openid, key)
    )`.execute(db);
  await sql`create index dedupe_expiring on dedupe (expires_at)`.execute(db);

  // Most rows will be single messages: lists of broadcasts and tests pass them by.
  await sql`create index broadcast_listed on broadcast (id) where purpose <> 'single'`.execute(db);
  await sql`create index broadcast_listed_of_account on broadcast (account_id, id) where purpose <> 'single'`.execute(
    db,
  );
}

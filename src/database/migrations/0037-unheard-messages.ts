import { type Kysely, sql } from 'kysely';

export const name = '0037-unheard-messages';

/** Messages that WeChat took after the account's last push, and since when: receipts should have come for them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table account_callback
      add column unheard_since timestamptz,
      add column unheard_messages integer not null default 0`.execute(db);
}

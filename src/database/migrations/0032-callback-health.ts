import { type Kysely, sql } from 'kysely';

export const name = '0032-callback-health';

/**
 * What came to an account's callback last, as its processes tell from time to time. Beside the account and not in it:
 * whoever changes an account locks its row, and these writes must wait for nobody.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table account_callback (
      account_id integer constraint account_callback_pkey primary key
        constraint account_callback_account_id_fkey references account (id) on delete cascade,
      -- WeChat asked whether the address is ours, and was answered
      handshake_at timestamptz,
      push_at timestamptz,
      refused_at timestamptz,
      refused_why text constraint account_callback_refused_why_check
        check (refused_why in ('token', 'key', 'appid', 'mode', 'stamp', 'replay')),
      -- a signature of this very moment came: from here on old ones are refused
      fresh_at timestamptz
    )`.execute(db);
}

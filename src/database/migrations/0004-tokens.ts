import { type Kysely, sql } from 'kysely';

export const name = '0004-tokens';

/** Used where there is no Redis. `record` holds the token sealed; see token/token-record.ts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table access_token (
      appid text collate "C" not null
        constraint access_token_appid_fkey references account (appid) on delete cascade,
      mode text not null
        constraint access_token_mode_check check (mode in ('stable', 'plain', 'external')),
      record jsonb,
      written_at timestamptz,
      lease_owner text,
      lease_until timestamptz,
      constraint access_token_pkey primary key (appid, mode)
    )`.execute(db);
}

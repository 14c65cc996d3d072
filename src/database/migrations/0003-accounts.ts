import { type Kysely, sql } from 'kysely';

export const name = '0003-accounts';

/** The `sealed_` columns hold AES-256-GCM under the master key; see accounts/seal.ts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table account (
      id integer generated always as identity constraint account_pkey primary key,
      appid text collate "C" not null constraint account_appid_key unique,
      kind text not null constraint account_kind_check check (kind in ('service', 'mini_program')),
      name text not null,
      callback_mode text not null
        constraint account_callback_mode_check check (callback_mode in ('plain', 'compatible', 'safe')),
      token_mode text not null
        constraint account_token_mode_check check (token_mode in ('stable', 'plain', 'external')),
      external_token_url text,
      sends_per_second integer,
      daily_quota integer,
      forward_url text,
      sealed_secret bytea,
      sealed_external_token_bearer bytea,
      sealed_callback_token bytea not null,
      sealed_callback_token_previous bytea,
      sealed_encoding_aes_key bytea,
      sealed_encoding_aes_key_previous bytea,
      held_at timestamptz,
      fault jsonb,
      fault_at timestamptz,
      callback_seen_at timestamptz,
      created_at timestamptz not null default clock_now(),
      constraint account_secret_check check (token_mode = 'external' or sealed_secret is not null),
      constraint account_external_token_check
        check (token_mode <> 'external' or external_token_url is not null),
      constraint account_encoding_aes_key_check
        check (callback_mode = 'plain' or sealed_encoding_aes_key is not null)
    )`.execute(db);
  await sql`
    create table master_key_proof (
      id smallint constraint master_key_proof_pkey primary key
        constraint master_key_proof_single_row check (id = 1),
      sealed bytea not null
    )`.execute(db);
}

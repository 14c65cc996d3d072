import { type Kysely, sql } from 'kysely';

export const name = '0009-inbox';

/**
 * Pushes that nobody could act upon, for a person to look at. `digest` covers account and content, so that the
 * same push is kept once, however often WeChat sends it or a job brings it. `account_id` is no foreign key: an
 * account may be removed before its last push.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table dead_push (
      id bigint generated always as identity constraint dead_push_pkey primary key,
      account_id integer,
      appid text collate "C" not null,
      received_at timestamptz not null,
      buried_at timestamptz not null default clock_now(),
      reason text not null,
      digest bytea not null constraint dead_push_digest_key unique,
      bytes integer not null,
      content text not null constraint dead_push_content_check check (octet_length(content) <= 65536)
    )`.execute(db);
}

import { type Kysely, sql } from 'kysely';

export const name = '0053-account-members';

/**
 * How people tell accounts apart. An account with an `api_base` of its own
 * is a sandbox, and has an appid of the reserved kind: one never stands without the other.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table account
      add column short_name text,
      add column color smallint constraint account_color_check check (color between 0 and 7),
      add column labels text[] not null default '{}',
      -- null: WECHAT_API_BASE
      add column api_base text,
      add constraint account_sandbox_check
        check ((api_base is not null) = (appid like 'wx5a4db0c0de%'))`.execute(db);
  // Our own addresses as WeChat saw them, whichever account called.
  await sql`
    create table egress_address (
      ip text constraint egress_address_pkey primary key,
      seen_at timestamptz not null
    )`.execute(db);
}

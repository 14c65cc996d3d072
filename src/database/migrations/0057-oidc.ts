import { type Kysely, sql } from 'kysely';

export const name = '0057-oidc';

/** Logins by an identity provider: those under way, how it went lately, and what its logout wants to see. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table oidc_login (
      -- sha-256 of the secret in the cookie of the browser that began it
      hash bytea constraint oidc_login_pkey primary key,
      next text not null,
      expires_at timestamptz not null
    )`.execute(db);
  await sql`create index oidc_login_expires_at on oidc_login (expires_at)`.execute(db);
  await sql`
    create table oidc_state (
      issuer text constraint oidc_state_pkey primary key,
      succeeded_at timestamptz,
      failed_at timestamptz,
      failure text,
      detail text
    )`.execute(db);
  // Sealed: whose session at the provider a logout ends.
  await sql`alter table session add column id_token bytea`.execute(db);
}

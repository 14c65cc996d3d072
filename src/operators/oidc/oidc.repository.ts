import { type Kysely, sql } from 'kysely';
import type { OidcTables } from './oidc.tables.js';

type Db = Kysely<OidcTables>;

/** People type a password and a code of their phone meanwhile. */
export const LOGIN_MINUTES = 10;
/** Strangers cause failures: one in so many seconds is written down. */
const FAILURE_EVERY_SECONDS = 5;

export async function insertLogin(db: Db, hash: Buffer, next: string): Promise<void> {
  await db
    .deleteFrom('oidcLogin')
    .where('expiresAt', '<', sql<Date>`clock_now()`)
    .execute();
  await sql`
    insert into oidc_login (hash, next, expires_at)
    values (${hash}, ${next}, clock_now() + make_interval(mins => ${LOGIN_MINUTES}))`.execute(db);
}

/** Of several who bring the same one, one gets it. */
export async function takeLogin(db: Db, hash: Buffer): Promise<{ next: string } | undefined> {
  return await db
    .deleteFrom('oidcLogin')
    .where('hash', '=', hash)
    .where('expiresAt', '>=', sql<Date>`clock_now()`)
    .returning('next')
    .executeTakeFirst();
}

export async function noteSuccess(db: Db, issuer: string): Promise<void> {
  await sql`
    insert into oidc_state (issuer, succeeded_at) values (${issuer}, clock_now())
    on conflict (issuer) do update set succeeded_at = excluded.succeeded_at`.execute(db);
}

export async function noteFailure(
  db: Db,
  issuer: string,
  failure: string,
  detail: string,
): Promise<void> {
  await sql`
    insert into oidc_state as s (issuer, failed_at, failure, detail)
    values (${issuer}, clock_now(), ${failure}, ${detail})
    on conflict (issuer) do update
      set failed_at = excluded.failed_at, failure = excluded.failure, detail = excluded.detail
      where s.failed_at is null
        or s.failed_at <= clock_now() - make_interval(secs => ${FAILURE_EVERY_SECONDS})`.execute(
    db,
  );
}

export const readState = (db: Db, issuer: string) =>
  db.selectFrom('oidcState').selectAll().where('issuer', '=', issuer).executeTakeFirst();

export async function keepIdToken(db: Db, sessionId: string, sealed: Buffer): Promise<void> {
  await db.updateTable('session').set({ idToken: sealed }).where('id', '=', sessionId).execute();
}

/** Undefined for a session that did not begin at a provider. */
export async function findIdToken(db: Db, sessionId: string): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('session')
    .select('idToken')
    .where('id', '=', sessionId)
    .executeTakeFirst();
  return row?.idToken ?? undefined;
}

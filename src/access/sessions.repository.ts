import { type Kysely, sql } from 'kysely';
import type { AccessTables } from './access.tables.js';
import { grantedTo } from './grants.js';
import {
  IDLE_HOURS,
  LONGEST_DAYS,
  type SessionHolder,
  type SessionOrigin,
  type HeldSession,
} from './session.js';
import type { SessionEnd } from './session-end.js';

/** What was ended is kept so long, to say why. */
const KEPT_HOURS = 24;
/** Requests that were under way when the token changed still carry the former one. */
const FORMER_SECONDS = 60;
const LONGEST_USER_AGENT = 300;

type Db = Kysely<AccessTables>;

const now = sql<Date>`clock_now()`;
const idleEnd = sql<Date>`clock_now() + make_interval(hours => ${IDLE_HOURS})`;

export async function insertSession(
  db: Db,
  hash: Buffer,
  holder: SessionHolder,
  { ip, userAgent }: SessionOrigin,
): Promise<string> {
  const operatorId = 'operatorId' in holder ? holder.operatorId : null;
  await db
    .deleteFrom('session')
    .where('expiresAt', '<', sql<Date>`clock_now() - make_interval(hours => ${KEPT_HOURS})`)
    .execute();
  const { id } = await db
    .insertInto('session')
    .values({
      hash,
      operatorId,
      apiKeyId: 'apiKeyId' in holder ? holder.apiKeyId : null,
      ip,
      userAgent: userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
      expiresAt: idleEnd,
      endsAt: sql<Date>`clock_now() + make_interval(days => ${LONGEST_DAYS})`,
      rightsVersion: sql<number>`coalesce(
        (select rights_version from operator where id = ${operatorId}::int), 0)`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Sessions with whoever holds them, and what a token is to them. */
const heldSessions = (db: Db, hash: Buffer) =>
  db
    .selectFrom('session')
    .leftJoin('operator', 'operator.id', 'session.operatorId')
    .leftJoin('apiKey', 'apiKey.id', 'session.apiKeyId')
    .select([
      'session.id',
      'session.endedWhy',
      'operator.id as operatorId',
      'operator.name as operatorName',
      'operator.disabledAt',
      'operator.mustChangePassword',
      'apiKey.id as apiKeyId',
      'apiKey.name as keyName',
      grantedTo('operator').as('ofOperator'),
      grantedTo('api_key').as('ofKey'),
      sql<boolean>`least(session.expires_at, session.ends_at) <= clock_now()`.as('isOver'),
      sql<boolean>`session.hash = ${hash}`.as('isCurrent'),
      isFormer(hash).as('isFormer'),
      sql<boolean>`operator.rights_version <> session.rights_version`.as('hasOtherRights'),
      sql<boolean>`api_key.revoked_at is not null
        or coalesce(api_key.expires_at <= clock_now(), false)`.as('keyIsOver'),
    ]);

const isFormer = (hash: Buffer) =>
  sql<boolean>`coalesce(session.former_hash = ${hash} and session.former_until > clock_now(), false)`;

/** The session that a token opens or has opened. */
export const readSession = (db: Db, hash: Buffer) =>
  heldSessions(db, hash)
    .where((eb) =>
      eb.or([
        eb('session.hash', '=', hash),
        eb.and([eb('session.formerHash', '=', hash), eb('session.formerUntil', '>', now)]),
      ]),
    )
    .executeTakeFirst();

/** A session by its id, whatever its token is now. */
export const readSessionById = (db: Db, id: string, hash: Buffer) =>
  heldSessions(db, hash).where('session.id', '=', id).executeTakeFirst();

export type SessionRow = NonNullable<Awaited<ReturnType<typeof readSession>>>;

/** True for the one request that has changed the token. */
export async function changeToken(db: Db, former: Buffer, next: Buffer): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('session')
    .from('operator')
    .set({
      hash: next,
      formerHash: former,
      formerUntil: sql<Date>`clock_now() + make_interval(secs => ${FORMER_SECONDS})`,
      rightsVersion: sql<number>`operator.rights_version`,
    })
    .where('session.hash', '=', former)
    .whereRef('operator.id', '=', 'session.operatorId')
    .where('session.endedWhy', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Somebody has done something by it: it goes on for the idle time, and not beyond its end. */
export const prolong = (db: Db, id: string) =>
  db
    .updateTable('session')
    .set({ lastSeenAt: now, expiresAt: sql<Date>`least(ends_at, ${idleEnd})` })
    .where('id', '=', id)
    .where('endedWhy', 'is', null)
    .where('expiresAt', '>', now)
    .execute();

/** Processes of the former release know no reason, and heed `expires_at`. */
export async function endSessions(
  db: Db,
  which: SessionHolder | { readonly id: string },
  why: SessionEnd,
  exceptId?: string,
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('session')
    .set({ endedWhy: why, expiresAt: sql<Date>`least(expires_at, clock_now())` })
    .where('endedWhy', 'is', null)
    .where('expiresAt', '>', now)
    .$if('operatorId' in which, (query) =>
      query.where('operatorId', '=', (which as { operatorId: number }).operatorId),
    )
    .$if('apiKeyId' in which, (query) =>
      query.where('apiKeyId', '=', (which as { apiKeyId: number }).apiKeyId),
    )
    .$if('id' in which, (query) => query.where('id', '=', (which as { id: string }).id))
    .$if(exceptId !== undefined, (query) => query.where('id', '<>', exceptId ?? ''))
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

const shown = [
  'id',
  'createdAt',
  'lastSeenAt',
  'expiresAt as idleUntil',
  'endsAt',
  'ip',
  'userAgent',
] as const;

/** Those that are open, the latest first. */
export const listSessions = (db: Db, holder: SessionHolder, limit: number) =>
  db
    .selectFrom('session')
    .select(shown)
    .where((eb) =>
      'operatorId' in holder
        ? eb('operatorId', '=', holder.operatorId)
        : eb('apiKeyId', '=', holder.apiKeyId),
    )
    .where('endedWhy', 'is', null)
    .where('expiresAt', '>', now)
    .where('endsAt', '>', now)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();

export const findSession = (db: Db, id: string): Promise<HeldSession | undefined> =>
  db
    .selectFrom('session')
    .select([...shown, 'operatorId', 'apiKeyId'])
    .where('id', '=', id)
    .where('endedWhy', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst();

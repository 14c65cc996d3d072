import { type Kysely, sql } from 'kysely';
import { toGrants } from '../../access/grants.js';
import type { Grant } from '../../access/caller.js';
import { grantedTo } from '../../access/grants.js';
import type { Locale, OperatorRecord, OperatorSecrets } from './operator.js';
import type { OperatorsTables } from './operators.tables.js';

export type OperatorsDb = Kysely<OperatorsTables>;

/** Whose operators are seen: all of them, or those who have rights on these accounts alone. */
export type Sight = 'all' | readonly string[];

const shown = (db: OperatorsDb) =>
  db
    .selectFrom('operator')
    .select([
      'id',
      'login',
      'name',
      'locale',
      'disabledAt',
      'mustChangePassword',
      'oidcIssuer',
      'createdAt',
      grantedTo('operator').as('granted'),
      sql<boolean>`password_hash is not null`.as('hasPassword'),
      sql<boolean>`totp_secret is not null`.as('hasTotp'),
      sql<Date | null>`(select max(last_seen_at) from session where operator_id = operator.id)`.as(
        'lastSeenAt',
      ),
    ]);

type ShownRow = Awaited<ReturnType<ReturnType<typeof shown>['executeTakeFirstOrThrow']>>;

const toRecord = ({ granted, locale, ...row }: ShownRow): OperatorRecord => ({
  ...row,
  locale: locale as Locale,
  grants: toGrants(granted),
});

/** Somebody without any grant belongs to those who see all. */
const within = (appids: readonly string[]) => sql<boolean>`
  exists (select from role_grant g where g.operator_id = operator.id)
  and not exists (
    select from role_grant g left join account a on a.id = g.account_id
    where g.operator_id = operator.id and (a.appid is null or a.appid <> all(${appids}::text[])))`;

export async function listOperators(
  db: OperatorsDb,
  sight: Sight,
  after: number,
  limit: number,
): Promise<OperatorRecord[]> {
  const rows = await shown(db)
    .where('id', '>', after)
    .$if(sight !== 'all', (query) => query.where(within(sight as readonly string[])))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toRecord);
}

export async function findOperator(
  db: OperatorsDb,
  id: number,
  sight: Sight,
): Promise<OperatorRecord | undefined> {
  const row = await shown(db)
    .where('id', '=', id)
    .$if(sight !== 'all', (query) => query.where(within(sight as readonly string[])))
    .executeTakeFirst();
  return row && toRecord(row);
}

const secrets = (db: OperatorsDb) =>
  db
    .selectFrom('operator')
    .select([
      'id',
      'login',
      'name',
      'passwordHash',
      'mustChangePassword',
      'disabledAt',
      'totpSecret',
      'totpPending',
      'rightsVersion',
      sql<number>`totp_used_step::float8`.as('totpUsedStep'),
    ]);

export const findByLogin = (db: OperatorsDb, login: string): Promise<OperatorSecrets | undefined> =>
  secrets(db)
    .where(sql<boolean>`lower(login collate "C") = lower(${login}::text collate "C")`)
    .executeTakeFirst();

export const findSecrets = (db: OperatorsDb, id: number): Promise<OperatorSecrets | undefined> =>
  secrets(db).where('id', '=', id).executeTakeFirst();

/** By what never changes and is never given to anybody else; an e-mail or a name may be. */
export async function findByIdentity(
  db: OperatorsDb,
  { issuer, subject }: { readonly issuer: string; readonly subject: string },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('operator')
    .select('id')
    .where('oidcIssuer', '=', issuer)
    .where('oidcSubject', '=', subject)
    .executeTakeFirst();
  return row?.id;
}

/** False where a reset, another password, other rights or a disabling came in between. Holds these off meanwhile. */
export async function isStillAsJudged(
  db: OperatorsDb,
  id: number,
  rightsVersion: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('operator')
    .select('id')
    .where('id', '=', id)
    .where('rightsVersion', '=', rightsVersion)
    .where('disabledAt', 'is', null)
    .forShare()
    .executeTakeFirst();
  return row !== undefined;
}

export interface NewOperator {
  readonly login: string;
  readonly name: string;
  readonly locale: Locale;
  readonly passwordHash: string | null;
  readonly mustChangePassword: boolean;
  readonly oidcIssuer?: string;
  readonly oidcSubject?: string;
}

/** Undefined where the login is taken. */
export async function insertOperator(
  db: OperatorsDb,
  operator: NewOperator,
): Promise<number | undefined> {
  const made = await db
    .insertInto('operator')
    .values({ ...operator, settings: '{}' })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return made?.id;
}

/** How many of the accounts that the grants name there are is for the caller to have looked at. */
export async function replaceGrants(
  db: OperatorsDb,
  operatorId: number,
  grants: readonly Grant[],
): Promise<void> {
  await db.deleteFrom('roleGrant').where('operatorId', '=', operatorId).execute();
  for (const { appids, role } of grants) {
    await (
      appids === null
        ? sql`insert into role_grant (operator_id, role) values (${operatorId}, ${role})
            on conflict do nothing`
        : sql`insert into role_grant (operator_id, account_id, role)
            select ${operatorId}, id, ${role} from account where appid = any(${appids}::text[])
            on conflict do nothing`
    ).execute(db);
  }
}

/** Which of these there are. */
export async function knownAppids(
  db: OperatorsDb,
  appids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('account')
    .select('appid')
    .where('appid', 'in', appids.length === 0 ? [''] : appids)
    .execute();
  return new Set(rows.map(({ appid }) => appid));
}

const isFullAdmin = sql<boolean>`exists (
  select from role_grant g
  where g.operator_id = operator.id and g.account_id is null and g.role = 'admin')`;

/** In the order of their ids, so that two changes never wait for each other. */
export async function lockWithFullAdmins(db: OperatorsDb, id: number): Promise<void> {
  await db
    .selectFrom('operator')
    .select('id')
    .where((eb) => eb.or([eb('id', '=', id), eb.and([eb('disabledAt', 'is', null), isFullAdmin])]))
    .orderBy('id')
    .forUpdate()
    .execute();
}

export async function hasOtherFullAdmin(db: OperatorsDb, id: number): Promise<boolean> {
  const row = await db
    .selectFrom('operator')
    .select('id')
    .where('id', '<>', id)
    .where('disabledAt', 'is', null)
    .where(isFullAdmin)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function anyOperator(db: OperatorsDb): Promise<boolean> {
  return (await db.selectFrom('operator').select('id').limit(1).executeTakeFirst()) !== undefined;
}

import { Injectable } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import type { AccessTables } from './access.tables.js';
import { grantedTo, toGrants } from './grants.js';
import type { Grant } from './caller.js';
import type { Role } from './permissions.js';

export interface ApiKeyRecord {
  readonly id: number;
  readonly name: string;
  readonly prefix: string | null;
  readonly grants: readonly Grant[];
  readonly madeBy: { readonly kind: string; readonly id?: number; readonly name: string } | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly formerUntil: Date | null;
}

export interface NewApiKey {
  readonly name: string;
  readonly hash: Buffer;
  readonly prefix: string;
  readonly madeBy: object;
  readonly expiresAt: Date | null;
}

type Tx = Transaction<AccessTables>;

/** Statements on keys that are not revoked. */
@Injectable()
export class ApiKeysRepository {
  readonly #db: Kysely<AccessTables>;

  constructor(db: Kysely<AccessTables>) {
    this.#db = db;
  }

  /** By their ids; of somebody limited to accounts, those keys that have no right on any other. One more than `limit`. */
  async list(
    after: number,
    limit: number,
    among: 'all' | readonly string[],
  ): Promise<ApiKeyRecord[]> {
    const keys = records(this.#db).where('apiKey.id', '>', after);
    const rows = await (among === 'all' ? keys : keys.where(heldWithin(among)))
      .orderBy('apiKey.id')
      .limit(limit + 1)
      .execute();
    return rows.map(toRecord);
  }

  async find(
    id: number,
    among: 'all' | readonly string[],
    db: Kysely<AccessTables> = this.#db,
  ): Promise<ApiKeyRecord | undefined> {
    const keys = records(db).where('apiKey.id', '=', id);
    const row = await (among === 'all' ? keys : keys.where(heldWithin(among))).executeTakeFirst();
    return row && toRecord(row);
  }

  /** Undefined where the name is taken. */
  async insert(tx: Tx, { madeBy, ...key }: NewApiKey): Promise<number | undefined> {
    const made = await tx
      .insertInto('apiKey')
      .values({ ...key, madeBy: JSON.stringify(madeBy) })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('id')
      .executeTakeFirst();
    return made?.id;
  }

  /** Returns the appids of which there is no account; then nothing of this is to be kept. */
  async grant(tx: Tx, apiKeyId: number, grants: readonly Grant[]): Promise<string[]> {
    const absent: string[] = [];
    for (const { appids, role } of grants) {
      if (appids === null) await tx.insertInto('roleGrant').values({ apiKeyId, role }).execute();
      else absent.push(...(await grantOn(tx, apiKeyId, role, appids)));
    }
    return absent;
  }

  /** False where it is revoked already. */
  async revoke(tx: Tx, id: number): Promise<boolean> {
    const { numUpdatedRows } = await tx
      .updateTable('apiKey')
      .set({ revokedAt: sql<Date>`clock_now()`, formerHash: null, formerUntil: null })
      .where('id', '=', id)
      .where('revokedAt', 'is', null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  /** Locks the row; what is still good of a rotation before, or undefined for a key that is gone. */
  async lock(tx: Tx, id: number): Promise<{ readonly overlapsUntil: Date | null } | undefined> {
    return await tx
      .selectFrom('apiKey')
      .select(
        sql<Date | null>`case when former_until > clock_now() then former_until end`.as(
          'overlapsUntil',
        ),
      )
      .where('id', '=', id)
      .where('revokedAt', 'is', null)
      .forUpdate()
      .executeTakeFirst();
  }

  async rotate(
    tx: Tx,
    id: number,
    next: { readonly hash: Buffer; readonly prefix: string; readonly overlapSeconds: number },
  ): Promise<void> {
    const { hash, prefix, overlapSeconds } = next;
    await tx
      .updateTable('apiKey')
      .set({
        formerHash: overlapSeconds > 0 ? sql<Buffer>`hash` : null,
        formerUntil:
          overlapSeconds > 0
            ? sql<Date>`clock_now() + make_interval(secs => ${overlapSeconds})`
            : null,
        hash,
        prefix,
      })
      .where('id', '=', id)
      .execute();
  }
}

async function grantOn(
  tx: Tx,
  apiKeyId: number,
  role: Role,
  appids: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ appid: string }>`
    with granted as (
      insert into role_grant (api_key_id, account_id, role)
      select ${apiKeyId}, id, ${role} from account where appid = any(${appids}::text[])
      returning account_id
    )
    select appid from account join granted on granted.account_id = account.id`.execute(tx);
  const found = new Set(rows.map(({ appid }) => appid));
  return appids.filter((appid) => !found.has(appid));
}

const records = (db: Kysely<AccessTables>) =>
  db
    .selectFrom('apiKey')
    .select([
      'apiKey.id',
      'apiKey.name',
      'apiKey.prefix',
      'apiKey.madeBy',
      'apiKey.createdAt',
      'apiKey.expiresAt',
      'apiKey.lastUsedAt',
      grantedTo('api_key').as('granted'),
      sql<Date | null>`case when former_until > clock_now() then former_until end`.as(
        'formerUntil',
      ),
    ])
    .where('apiKey.revokedAt', 'is', null);

type Row = Awaited<ReturnType<ReturnType<typeof records>['execute']>>[number];

const toRecord = ({ granted, ...key }: Row): ApiKeyRecord => ({
  ...key,
  grants: toGrants(granted),
});

const heldWithin = (appids: readonly string[]) => sql<boolean>`
  exists (select from role_grant g where g.api_key_id = api_key.id)
  and not exists (
    select from role_grant g left join account a on a.id = g.account_id
    where g.api_key_id = api_key.id and (a.appid is null or a.appid <> all(${appids}::text[]))
  )`;

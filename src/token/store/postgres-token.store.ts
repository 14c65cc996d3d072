import { type Kysely, sql } from 'kysely';
import { fromJson, toJson, type TokenRecord, type TokenRecordJson } from './token-record.js';
import { type Lease, type TokenKey, type TokenReading, TokenStore } from './token.store.js';
import type { TokenTables } from './token.tables.js';

/** One row an account and mode, with the lease in it: row locks decide who refreshes. */
export class PostgresTokenStore extends TokenStore {
  readonly #db: Kysely<TokenTables>;

  constructor(db: Kysely<TokenTables>) {
    super();
    this.#db = db;
  }

  async read({ appid, mode }: TokenKey): Promise<TokenReading> {
    const row = await this.#db
      .selectFrom('accessToken')
      .select(['record', sql<boolean>`coalesce(lease_until > clock_now(), false)`.as('leased')])
      .where('appid', '=', appid)
      .where('mode', '=', mode)
      .executeTakeFirst();
    return {
      leased: row?.leased ?? false,
      record: row?.record ? fromJson(row.record) : undefined,
    };
  }

  async records(keys: readonly TokenKey[]): Promise<(TokenRecord | undefined)[]> {
    const { rows } = await sql<{ record: TokenRecordJson | null }>`
      select held.record
      from unnest(${keys.map(({ appid }) => appid)}::text[], ${keys.map(({ mode }) => mode)}::text[])
        with ordinality as asked (appid, mode, place)
      left join lateral (
        select t.record from access_token t where t.appid = asked.appid and t.mode = asked.mode
      ) held on true
      order by asked.place`.execute(this.#db);
    return rows.map(({ record }) => (record ? fromJson(record) : undefined));
  }

  async acquire(
    { appid, mode }: TokenKey,
    owner: string,
    forMs: number,
  ): Promise<Lease | undefined> {
    const { rows } = await sql<{ at: Date }>`
      insert into access_token as held (appid, mode, lease_owner, lease_until)
      values (${appid}, ${mode}, ${owner}, clock_now() + ${forMs}::float8 * interval '1 millisecond')
      on conflict (appid, mode) do update
        set lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
        where held.lease_owner is null or held.lease_owner = ${owner} or held.lease_until <= clock_now()
      returning clock_now() as at`.execute(this.#db);
    return rows[0] && { owner, at: rows[0].at };
  }

  async write(
    { appid, mode }: TokenKey,
    { owner, at }: Lease,
    record: TokenRecord,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('accessToken')
      .set({ record: JSON.stringify(toJson(record)), writtenAt: at })
      .where('appid', '=', appid)
      .where('mode', '=', mode)
      .where('leaseOwner', '=', owner)
      .where('leaseUntil', '>', sql<Date>`clock_now()`)
      .where((eb) => eb.or([eb('writtenAt', 'is', null), eb('writtenAt', '<=', at)]))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async release({ appid, mode }: TokenKey, owner: string): Promise<void> {
    await this.#db
      .updateTable('accessToken')
      .set({ leaseOwner: null, leaseUntil: null })
      .where('appid', '=', appid)
      .where('mode', '=', mode)
      .where('leaseOwner', '=', owner)
      .execute();
  }

  async forget({ appid, mode }: TokenKey): Promise<void> {
    await this.#db
      .deleteFrom('accessToken')
      .where('appid', '=', appid)
      .where('mode', '=', mode)
      .execute();
  }
}

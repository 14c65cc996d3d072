import { Injectable } from '@nestjs/common';
import { type Insertable, Kysely, type SelectQueryBuilder, sql, type Updateable } from 'kysely';
import type { Account } from './account.js';
import { unheardSince } from './callback-silence.js';
import type { CallbackRecord } from './callback-state.js';
import type { AccountTable, AccountTables } from './account.tables.js';

const COLUMNS = [
  'id',
  'appid',
  'kind',
  'name',
  'testAccount',
  'callbackMode',
  'tokenMode',
  'externalTokenUrl',
  'sendsPerSecond',
  'dailyQuota',
  'quotaReservePercent',
  'forwardUrl',
  'shortName',
  'color',
  'labels',
  'apiBase',
  'heldAt',
  'fault',
  'policy',
  'callbackSeenAt',
  'createdAt',
] as const;

const SEALED_COLUMNS = [
  'sealedSecret',
  'sealedExternalTokenBearer',
  'sealedCallbackToken',
  'sealedCallbackTokenPrevious',
  'sealedEncodingAesKey',
  'sealedEncodingAesKeyPrevious',
] as const;

/** Which secrets an account has, without any of them. */
export interface SecretsPresent {
  readonly hasSecret: boolean;
  readonly hasExternalTokenBearer: boolean;
  readonly hasEncodingAesKey: boolean;
  readonly hasPreviousCallbackToken: boolean;
  readonly hasPreviousEncodingAesKey: boolean;
}
export type AccountRecord = Account & SecretsPresent & CallbackRecord;

/** An account's secrets as the database has them; `AccountSealing` opens them. */
export type SealedSecrets = Pick<AccountTable, (typeof SEALED_COLUMNS)[number]>;
export type SealedAccount = Account & SealedSecrets;

export interface ShownFresh {
  /** The callback has seen a signature of the very moment. */
  readonly hasShownFresh: boolean;
}

/** Statements on `account`. */
@Injectable()
export class AccountRepository {
  readonly #db: Kysely<AccountTables>;

  constructor(db: Kysely<AccountTables>) {
    this.#db = db;
  }

  find(appid: string): Promise<AccountRecord | undefined> {
    return this.#records().where('appid', '=', appid).executeTakeFirst();
  }

  byId(id: number): Promise<AccountRecord | undefined> {
    return this.#records().where('id', '=', id).executeTakeFirst();
  }

  byIds(ids: readonly number[]): Promise<AccountRecord[]> {
    return this.#records()
      .where('id', '=', sql<number>`any(${ids}::integer[])`)
      .execute();
  }

  /** One row more than `limit`, for the cursor. */
  list(after: string, limit: number): Promise<AccountRecord[]> {
    return this.#records()
      .where('appid', '>', after)
      .orderBy('appid')
      .limit(limit + 1)
      .execute();
  }

  /** Accounts that have a fault whose code begins with the prefix. */
  faulty(codePrefix: string): Promise<AccountRecord[]> {
    return this.#records()
      .where(sql<string>`fault->>'code'`, 'like', `${codePrefix}%`)
      .orderBy('appid')
      .execute();
  }

  sealedById(id: number): Promise<SealedAccount | undefined> {
    return sealed(this.#db.selectFrom('account')).where('id', '=', id).executeTakeFirst();
  }

  /** All accounts with their sealed secrets, as their callbacks need them. */
  sealedAll(): Promise<(SealedAccount & ShownFresh)[]> {
    return sealed(this.#db.selectFrom('account'))
      .select(
        sql<boolean>`exists (select from account_callback c
          where c.account_id = account.id and c.fresh_at is not null)`.as('hasShownFresh'),
      )
      .orderBy('appid')
      .execute();
  }

  /** False means that the appid is taken. */
  async insert(account: Insertable<AccountTable>): Promise<boolean> {
    const { numInsertedOrUpdatedRows = 0n } = await this.#db
      .insertInto('account')
      .values(account)
      .onConflict((conflict) => conflict.column('appid').doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows > 0n;
  }

  /** Calls `change` with the row locked, so that two changes at once see each other. False means no such account. */
  update(
    appid: string,
    change: (account: SealedAccount) => Updateable<AccountTable>,
  ): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      const account = await sealed(tx.selectFrom('account'))
        .where('appid', '=', appid)
        // A claim that opens the day holds the pace row and refers to ours; its id stays what it is.
        .forNoKeyUpdate()
        .executeTakeFirst();
      if (account === undefined) return false;
      const values = change(account);
      if (Object.keys(values).length > 0) {
        await tx.updateTable('account').set(values).where('id', '=', account.id).execute();
      }
      return true;
    });
  }

  /** False means no such account. */
  async remove(appid: string): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      // Locked before the account's row: a claim that opens the day locks them in this order.
      await sql`
        select from pace where account_id = (select id from account where appid = ${appid})
        for update`.execute(tx);
      const { numDeletedRows } = await tx
        .deleteFrom('account')
        .where('appid', '=', appid)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    });
  }

  /** A second hold keeps the time of the first. */
  async hold(appid: string): Promise<void> {
    await this.#db
      .updateTable('account')
      .set({ heldAt: sql<Date>`coalesce(held_at, clock_now())` })
      .where('appid', '=', appid)
      .execute();
  }

  /** Lifts the hold and clears the fault, which comes back if nobody has put it right. */
  async lift(appid: string): Promise<void> {
    await this.#db
      .updateTable('account')
      .set({ heldAt: null, fault: null, faultAt: null })
      .where('appid', '=', appid)
      .execute();
  }

  async callbackSeen(appid: string): Promise<void> {
    await this.#db
      .updateTable('account')
      .set({ callbackSeenAt: sql<Date>`clock_now()` })
      .where('appid', '=', appid)
      .execute();
  }

  #records() {
    return this.#db
      .selectFrom('account')
      .leftJoin('accountCallback', 'accountCallback.accountId', 'account.id')
      .select(COLUMNS)
      .select(['handshakeAt', 'pushAt', 'refusedAt', 'refusedWhy', 'unheardMessages'])
      .select(unheardSince.as('unheardSince'))
      .select((eb) => [
        eb('sealedSecret', 'is not', null).as('hasSecret'),
        eb('sealedExternalTokenBearer', 'is not', null).as('hasExternalTokenBearer'),
        eb('sealedEncodingAesKey', 'is not', null).as('hasEncodingAesKey'),
        eb('sealedCallbackTokenPrevious', 'is not', null).as('hasPreviousCallbackToken'),
        eb('sealedEncodingAesKeyPrevious', 'is not', null).as('hasPreviousEncodingAesKey'),
      ])
      .$castTo<AccountRecord>();
  }
}

const sealed = (accounts: SelectQueryBuilder<AccountTables, 'account', object>) =>
  accounts.select(COLUMNS).select(SEALED_COLUMNS).$castTo<SealedAccount>();

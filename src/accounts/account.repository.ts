import { Injectable } from '@nestjs/common';
import { type Insertable, Kysely, sql, type Updateable } from 'kysely';
import type { AuditAction } from '../audit/record/actions.js';
import type { Account } from './account.js';
import { changeAccount, insertAccount, removeAccount } from './account-changes.statements.js';
import { unheardSince } from './callback-silence.js';
import type { CallbackRecord } from './callback-state.js';
import type { AccountTable, AccountTables } from './account.tables.js';
import { COLUMNS, sealed, type SealedAccount } from './sealed-account.js';
import { FAULT_IN_WORDS } from './spoken-fault.js';

/** Which secrets an account has, without any of them. */
export interface SecretsPresent {
  readonly hasSecret: boolean;
  readonly hasExternalTokenBearer: boolean;
  readonly hasEncodingAesKey: boolean;
  readonly hasPreviousCallbackToken: boolean;
  readonly hasPreviousEncodingAesKey: boolean;
}
export type AccountRecord = Account & SecretsPresent & CallbackRecord;

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
  list(after: string, limit: number, among: 'all' | readonly string[]): Promise<AccountRecord[]> {
    const records = this.#records();
    const listed = among === 'all' ? records : records.where('appid', '=', anyOf(among));
    return listed
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

  /** The pretended accounts, in the order of their making. */
  sandboxes(): Promise<AccountRecord[]> {
    return this.#records().where('apiBase', 'is not', null).orderBy('id').execute();
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
  insert(account: Insertable<AccountTable>, action?: AuditAction): Promise<boolean> {
    return insertAccount(this.#db, account, action);
  }

  /** Calls `change` with the row locked, so that two changes at once see each other. False means no such account. */
  update(
    appid: string,
    change: (account: SealedAccount) => Updateable<AccountTable>,
  ): Promise<boolean> {
    return changeAccount(this.#db, appid, 'account.change', change);
  }

  /** False means no such account. */
  remove(appid: string): Promise<boolean> {
    return removeAccount(this.#db, appid);
  }

  /** A second hold keeps the time of the first. */
  async hold(appid: string): Promise<void> {
    await changeAccount(this.#db, appid, 'account.hold', ({ heldAt }) =>
      heldAt === null ? { heldAt: sql<Date>`clock_now()` } : {},
    );
  }

  /** Lifts the hold and clears the fault, which comes back if nobody has put it right. */
  async lift(appid: string): Promise<void> {
    await changeAccount(this.#db, appid, 'account.lift', ({ heldAt, fault }) =>
      heldAt === null && fault === null ? {} : { heldAt: null, fault: null, faultAt: null },
    );
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
      .select(FAULT_IN_WORDS.as('fault'))
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

const anyOf = (appids: readonly string[]) => sql<string>`any(${appids}::text[])`;

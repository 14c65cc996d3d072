import { Injectable } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import { inTransaction, type Naming } from '../audit/record/in-transaction.js';
import { actingAsSystem } from '../kernel/acting.js';
import type { Account, AccountFault } from './account.js';
import { AccountSealing } from './account-sealing.js';
import { AccountRepository } from './account.repository.js';
import type { AccountTables } from './account.tables.js';
import { EgressAddresses } from './egress-addresses.js';
import { Sealer } from './seal.js';

/** Records on the account why it cannot send. Release and claim read it: a fault stops the account. */
@Injectable()
export class AccountFaults {
  readonly #db: Kysely<AccountTables>;
  readonly #accounts: AccountRepository;
  readonly #sealer: Sealer;
  readonly #egress: EgressAddresses;

  constructor(
    db: Kysely<AccountTables>,
    accounts: AccountRepository,
    sealer: Sealer,
    egress: EgressAddresses,
  ) {
    this.#db = db;
    this.#accounts = accounts;
    this.#sealer = sealer;
    this.#egress = egress;
  }

  /**
   * A fault that repeats keeps its `since`. `usedSecret` is the secret that WeChat refused: if an operator has set
   * another one meanwhile, nothing is written, because the refusal says nothing about that one.
   */
  async record(
    accountId: number,
    fault: Omit<AccountFault, 'since'>,
    usedSecret?: string,
  ): Promise<void> {
    if (fault.ip !== undefined) await this.#egress.note(fault.ip);
    const sealed = usedSecret === undefined ? null : await this.#sealedIf(accountId, usedSecret);
    if (sealed === undefined) return;
    await this.#asOurselves(async (tx, audit) => {
      const before = await lockFault(tx, accountId, sealed);
      if (before === undefined) return;
      await sql`
        update account
        set fault = ${JSON.stringify(fault)}::jsonb || jsonb_build_object('since', case
              when fault->>'code' = ${fault.code} then fault->>'since'
              else to_char(clock_now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
            end),
            fault_at = case when fault->>'code' = ${fault.code} then fault_at else clock_now() end
        where id = ${accountId}`.execute(tx);
      // A fault that repeats is no news.
      if (before.fault?.code === fault.code) return audit.nothing();
      const { code, message } = fault;
      audit({
        action: 'account.fault',
        target: { kind: 'account' },
        accountId,
        reason: `${code}: ${message}`,
      });
    });
  }

  /** The accounts that have a fault whose code begins with the prefix. */
  faultyAccounts(codePrefix: string): Promise<Account[]> {
    return this.#accounts.faulty(codePrefix);
  }

  /** Called whenever WeChat has accepted the account's credentials. */
  async clear(accountId: number): Promise<void> {
    await this.#asOurselves(async (tx, audit) => {
      const { numUpdatedRows } = await tx
        .updateTable('account')
        .set({ fault: null, faultAt: null })
        .where('id', '=', accountId)
        .where('fault', 'is not', null)
        .executeTakeFirst();
      if (numUpdatedRows > 0n)
        audit({ action: 'account.cure', target: { kind: 'account' }, accountId });
    });
  }

  /** WeChat's answer decides, whoever's request asked for the token. */
  #asOurselves(
    work: (tx: Transaction<AccountTables>, audit: Naming) => Promise<void>,
  ): Promise<void> {
    return actingAsSystem(() => inTransaction(this.#db, work));
  }

  /** The account's secret as it is sealed now, if it is still the given one. */
  async #sealedIf(accountId: number, secret: string): Promise<Buffer | undefined> {
    const account = await this.#accounts.sealedById(accountId);
    if (account === undefined || account.sealedSecret === null) return undefined;
    const sealing = new AccountSealing(this.#sealer, account.appid);
    return sealing.open('sealedSecret', account.sealedSecret) === secret
      ? account.sealedSecret
      : undefined;
  }
}

/** Undefined where the account is gone, or has another secret by now. */
const lockFault = (tx: Transaction<AccountTables>, accountId: number, sealed: Buffer | null) =>
  tx
    .selectFrom('account')
    .select('fault')
    .where('id', '=', accountId)
    .where(sql<boolean>`(${sealed}::bytea is null or sealed_secret = ${sealed}::bytea)`)
    .forNoKeyUpdate()
    .executeTakeFirst();

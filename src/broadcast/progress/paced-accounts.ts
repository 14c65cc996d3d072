import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type AccountPacing, Paces } from '../../pacing/paces.js';
import type { Sender } from '../../pacing/quota-ledger.js';

/** An account, with what came to its callback. */
export type KnownAccount = Awaited<ReturnType<AccountsService['requireAccount']>>;

/** An account, and how fast it may send. */
export interface PacedAccount {
  readonly account: KnownAccount;
  readonly pacing: AccountPacing;
}

/** Accounts and paces are other modules' rows: we ask their services rather than join. A page has few of them. */
@Injectable()
export class PacedAccounts {
  readonly #accounts: AccountsService;
  readonly #paces: Paces;

  constructor(accounts: AccountsService, paces: Paces) {
    this.#accounts = accounts;
    this.#paces = paces;
  }

  /** By account id, with the quotas of the channels named. An account that is gone is left out. */
  async of(senders: readonly Sender[]): Promise<ReadonlyMap<number, PacedAccount>> {
    const ids = [...new Set(senders.map(({ accountId }) => accountId))];
    const known = await this.#accounts.byIds(ids);
    const paces = await this.#paces.of(
      senders.filter(({ accountId }) => known.some(({ id }) => id === accountId)),
    );
    return new Map(
      known.flatMap((account) => {
        const pacing = paces.get(account.id);
        return pacing ? [[account.id, { account, pacing }] as const] : [];
      }),
    );
  }
}

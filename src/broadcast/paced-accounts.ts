import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { type AccountPacing, Paces } from '../pacing/paces.js';

/** An account, and how fast it may send. */
export interface PacedAccount {
  readonly account: Account;
  readonly pacing: AccountPacing;
}

/** Accounts are other modules' rows: asked for, not joined. A page of broadcasts has few of them. */
@Injectable()
export class PacedAccounts {
  constructor(
    private readonly accounts: AccountsService,
    private readonly paces: Paces,
  ) {}

  /** By id; one that is gone is left out. */
  async of(accountIds: readonly number[]): Promise<ReadonlyMap<number, PacedAccount>> {
    const ids = [...new Set(accountIds)];
    const accounts = await Promise.all(ids.map((id) => this.accounts.byId(id)));
    const known = accounts.filter((account) => account !== undefined);
    const paces = await this.paces.of(known.map(({ id }) => id));
    return new Map(
      known.flatMap((account) => {
        const pacing = paces.get(account.id);
        return pacing ? [[account.id, { account, pacing }] as const] : [];
      }),
    );
  }
}

import { Injectable } from '@nestjs/common';
import type { Account } from './account.js';

type Preparation = (account: Account) => Promise<void>;

/** Modules above accounts tell once, at start, what must be gone before an account is. */
@Injectable()
export class AccountRemovals {
  readonly #preparations: Preparation[] = [];

  learnFrom(preparation: Preparation): void {
    this.#preparations.push(preparation);
  }

  /** Throws where the account may not be removed. */
  async prepare(account: Account): Promise<void> {
    for (const preparation of this.#preparations) await preparation(account);
  }
}

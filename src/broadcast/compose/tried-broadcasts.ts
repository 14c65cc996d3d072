import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { Broadcasts } from '../engine/record/broadcasts.js';
import { broadcastNotFound } from '../engine/record/not-found.js';
import type { CheckedMessage, NewBroadcast } from './checked-broadcast.js';
import { TestBasis } from './test-basis.js';

/** The broadcasts whose messages are tried by tests. */
@Injectable()
export class TriedBroadcasts {
  readonly #broadcasts: Broadcasts;
  readonly #basis: TestBasis;

  constructor(broadcasts: Broadcasts, basis: TestBasis) {
    this.#broadcasts = broadcasts;
    this.#basis = basis;
  }

  /** What a test keeps of the one that it tries: one of the same account. */
  async of(
    account: Account,
    message: CheckedMessage,
    id: string | null | undefined,
  ): Promise<Pick<NewBroadcast, 'tests' | 'testBasis'>> {
    if (id === undefined || id === null) return {};
    const tried = await this.#broadcasts.findBroadcast(id);
    if (tried?.accountId !== account.id || tried.purpose !== 'broadcast')
      throw broadcastNotFound(id);
    return { tests: tried.id, testBasis: await this.#basis.of(account, message) };
  }
}

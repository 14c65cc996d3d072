import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { Account } from '../../../accounts/account.js';
import { AccountHealthReader, type ReviewHealth } from '../../../accounts/account-health.js';
import type { BroadcastTables } from '../record/engine.tables.js';

/** Shows in an account's health that WeChat reviewed many of its messages, and in which broadcast last. */
@Injectable()
export class AccountReviews implements OnModuleInit {
  readonly #db: Kysely<BroadcastTables>;
  readonly #health: AccountHealthReader;

  constructor(db: Kysely<BroadcastTables>, health: AccountHealthReader) {
    this.#db = db;
    this.#health = health;
  }

  onModuleInit(): void {
    this.#health.learnReviewFrom((accounts) => this.#of(accounts));
  }

  async #of(accounts: readonly Account[]): Promise<Map<number, ReviewHealth>> {
    const ids = accounts.map(({ id }) => id);
    const rows = await this.#db
      .selectFrom('accountReview')
      .select(['accountId', 'toldAt', 'broadcastId', 'percent'])
      .where('accountId', '=', sql<number>`any(${ids}::integer[])`)
      .execute();
    return new Map(rows.map(({ accountId, ...review }) => [accountId, review]));
  }
}

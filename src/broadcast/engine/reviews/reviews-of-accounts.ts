import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Kysely } from 'kysely';
import { AccountHealth, type ReviewHealth } from '../../../accounts/account-health.js';
import type { BroadcastTables } from '../engine.tables.js';

/** Shows in an account's health that WeChat reviewed many of its messages, and in which broadcast last. */
@Injectable()
export class ReviewsOfAccounts implements OnModuleInit {
  constructor(
    private readonly db: Kysely<BroadcastTables>,
    private readonly health: AccountHealth,
  ) {}

  onModuleInit(): void {
    this.health.learnReviewFrom(({ id }) => this.#of(id));
  }

  async #of(accountId: number): Promise<ReviewHealth | null> {
    const row = await this.db
      .selectFrom('accountReview')
      .select(['toldAt', 'broadcastId', 'percent'])
      .where('accountId', '=', accountId)
      .executeTakeFirst();
    return row ?? null;
  }
}

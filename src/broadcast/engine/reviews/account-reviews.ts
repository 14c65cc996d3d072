import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { Account } from '../../../accounts/account.js';
import {
  AccountHealthReader,
  type InterceptionHealth,
  type ReviewHealth,
} from '../../../accounts/account-health.js';
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
    this.#health.learnFrom('review', (accounts) => this.#of(accounts));
    this.#health.learnFrom('interceptions', (accounts) => this.#interceptionsOf(accounts));
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

  async #interceptionsOf(accounts: readonly Account[]): Promise<Map<number, InterceptionHealth>> {
    const ids = accounts.map(({ id }) => id);
    const { rows } = await sql<InterceptionHealth & { accountId: number }>`
      select asked.id as account_id, coalesce(i.count, 0)::float8 as count, i.told_at, c.asked_at
      from unnest(${ids}::integer[]) as asked (id)
      cross join lateral (
        select sum(count) as count, max(told_at) as told_at from account_interception
        where account_id = asked.id and told_at > clock_now() - interval '7 days'
      ) i
      cross join lateral (
        select max(asked_at) as asked_at from interception_cursor where account_id = asked.id
      ) c`.execute(this.#db);
    return new Map(rows.map(({ accountId, ...found }) => [accountId, found]));
  }
}

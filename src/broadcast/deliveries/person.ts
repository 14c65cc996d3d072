import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { type AccountScope, AccountScopes } from '../../accounts/account-scopes.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { RetentionConfig } from '../../config/config.js';
import { HotSql } from '../../database/hot-sql.js';
import { belowId } from '../../http/id-cursor.js';
import { page } from '../../http/cursor.js';
import { Clock } from '../../kernel/clock.js';
import { maskOpenid } from '../../kernel/ids.js';
import { HISTORY_EVERYWHERE } from './delivery.statements.js';
import type { HistoryRow } from './openid-history.js';
import type { Notice } from '../../kernel/warning.js';
import { sentenceOf } from './person-words.js';

const DAY_MS = 86_400_000;

/** What one account knows of an openid. */
export interface PersonAccount {
  readonly appid: string;
  readonly name: string;
  readonly subscribed: boolean | null;
  readonly followsAsOf: Date | null;
  readonly suppressed: 'blocked' | 'manual' | null;
  readonly suppressedSince: Date | null;
}

export interface PersonDelivery {
  readonly row: HistoryRow;
  readonly appid: string;
  readonly sentence: Notice;
}

export interface PersonFound {
  readonly accounts: PersonAccount[];
  readonly items: PersonDelivery[];
  readonly next: string | null;
  readonly purgedBefore: Date | null;
}

/** Read model of one person for customer service: who follows what, what was sent, and what became of it. */
@Injectable()
export class Person {
  readonly #db: Kysely<unknown>;
  readonly #sql: HotSql;
  readonly #scopes: AccountScopes;
  readonly #retention: RetentionConfig;
  readonly #clock: Clock;

  constructor(
    db: Kysely<unknown>,
    hot: HotSql,
    scopes: AccountScopes,
    retention: RetentionConfig,
    clock: Clock,
  ) {
    this.#db = db;
    this.#sql = hot;
    this.#scopes = scopes;
    this.#retention = retention;
    this.#clock = clock;
  }

  /** The look is on record before anything is read. */
  async look(openid: string, after: string | undefined, limit: number): Promise<PersonFound> {
    const below = belowId(after);
    const scope = await this.#scopes.of('person.look');
    await this.#record(openid);
    const [accounts, rows] = await Promise.all([
      this.#accounts(openid, scope),
      this.#sql.query<HistoryRow & { account_id: number }>(HISTORY_EVERYWHERE, [
        openid,
        scope === 'all' ? null : scope,
        below,
        limit + 1,
      ]),
    ]);
    const { items, next } = page(rows, limit, ({ broadcast_id }) => broadcast_id);
    const names = await this.#names([...new Set(items.map((row) => row.account_id))]);
    return {
      accounts,
      items: items.map((row) => {
        const { appid, name } = names.get(row.account_id) ?? { appid: '', name: '' };
        return { row, appid, sentence: sentenceOf(row, name) };
      }),
      next,
      purgedBefore: this.#purgedBefore(),
    };
  }

  #record(openid: string): Promise<void> {
    return inTransaction(this.#db, (_, audit) => {
      audit({ action: 'person.look', target: { kind: 'person', id: maskOpenid(openid) } });
      return Promise.resolve();
    });
  }

  async #accounts(openid: string, scope: AccountScope): Promise<PersonAccount[]> {
    const { rows } = await sql<PersonAccount>`
      select a.appid, a.name, f.subscribed, f.as_of as "followsAsOf", s.reason as suppressed,
        s.since as "suppressedSince"
      from account a
      left join follower f on f.account_id = a.id and f.openid = ${openid}
      left join suppression s on s.account_id = a.id and s.openid = ${openid}
      where (f.openid is not null or s.openid is not null)
        ${scope === 'all' ? sql`` : sql`and a.id = any(${scope}::integer[])`}
      order by a.appid`.execute(this.#db);
    return rows;
  }

  async #names(ids: readonly number[]): Promise<Map<number, { appid: string; name: string }>> {
    const { rows } = await sql<{ id: number; appid: string; name: string }>`
      select id, appid, name from account where id = any(${ids}::integer[])`.execute(this.#db);
    return new Map(rows.map(({ id, ...account }) => [id, account]));
  }

  #purgedBefore(): Date | null {
    const { days } = this.#retention;
    return days === 0 ? null : new Date(this.#clock.now().getTime() - days * DAY_MS);
  }
}

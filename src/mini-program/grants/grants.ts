import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { HotSql } from '../../database/hot-sql.js';
import { retryingDeadlocks } from '../../database/session/sqlstate.js';
import { page, type Page } from '../../http/cursor.js';
import { Coalescer } from '../../kernel/coalescer.js';
import type { Openid } from '../../kernel/ids.js';
import { columnsOf, type GrantKey, nameOf } from './grant-key.js';
import { EXHAUST_GRANTS, SPEND_GRANTS } from './grant.statements.js';
import { isLongTerm } from '../../templates/is-long-term.js';
import type { MiniProgramTables } from '../record/mini-program.tables.js';

/** How many messages of a template somebody lets us send. */
export interface Grant {
  readonly templateId: string;
  readonly count: number;
  /** It lasts until it is rejected, however many are sent. */
  readonly longTerm: boolean;
  readonly updatedAt: Date;
}

/** What people let us send: counted from WeChat's pushes, spent by sends, put right by WeChat's refusals. */
@Injectable()
export class Grants {
  readonly #spent: Coalescer<GrantKey, void>;
  readonly #exhausted: Coalescer<GrantKey, void>;
  readonly #db: Kysely<MiniProgramTables>;
  readonly #hot: HotSql;

  constructor(db: Kysely<MiniProgramTables>, hot: HotSql) {
    this.#db = db;
    this.#hot = hot;
    const bounds = { waitMs: 10, maxItems: 500, concurrency: 2 };
    this.#spent = new Coalescer(bounds, (keys) => this.#spend(keys));
    this.#exhausted = new Coalescer(bounds, (keys) => this.#exhaust(keys));
  }

  /**
   * WeChat has accepted one send. Call it once the delivery's row says so: if the process dies in between, the count is
   * one too high until WeChat refuses.
   */
  spent(accountId: number, templateId: string, openid: Openid): Promise<void> {
    return this.#spent.add({ accountId, templateId, openid });
  }

  /** WeChat refused with 43101: whatever we had counted, nothing is left. */
  exhausted(accountId: number, templateId: string, openid: Openid): Promise<void> {
    return this.#exhausted.add({ accountId, templateId, openid });
  }

  /** Somebody's grants in the order of their templates. Used-up ones are listed for a while. */
  async list(
    accountId: number,
    openid: Openid,
    { after = '', limit }: { after?: string; limit: number },
  ): Promise<Page<Grant>> {
    const rows = await this.#db
      .selectFrom('templateGrant')
      .select(['templateId', 'count', 'updatedAt'])
      .select(
        sql<boolean>`${sql.raw(isLongTerm('template_grant.account_id', 'template_grant.template_id'))}`.as(
          'longTerm',
        ),
      )
      .where('accountId', '=', accountId)
      .where('openid', '=', openid)
      .where('templateId', '>', after)
      .orderBy('templateId')
      .limit(limit + 1)
      .execute();
    return page(rows, limit, ({ templateId }) => templateId);
  }

  async #spend(keys: readonly GrantKey[]): Promise<void[]> {
    const times = new Map<string, number>();
    for (const key of keys) times.set(nameOf(key), (times.get(nameOf(key)) ?? 0) + 1);
    const each = eachOnce(keys);
    await retryingDeadlocks(() =>
      this.#hot.query(SPEND_GRANTS, [
        ...columnsOf(each),
        each.map((key) => times.get(nameOf(key))),
      ]),
    );
    return Array.from<void>({ length: keys.length });
  }

  async #exhaust(keys: readonly GrantKey[]): Promise<void[]> {
    await retryingDeadlocks(() => this.#hot.query(EXHAUST_GRANTS, columnsOf(eachOnce(keys))));
    return Array.from<void>({ length: keys.length });
  }
}

const eachOnce = (keys: readonly GrantKey[]): GrantKey[] => [
  ...new Map(keys.map((key) => [nameOf(key), key])).values(),
];

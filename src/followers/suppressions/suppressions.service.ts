import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { page, type Page } from '../../http/cursor.js';
import { maskOpenid, OPENID_PATTERN, type Openid } from '../../kernel/ids.js';
import type { FollowerTables, SuppressionTable } from '../record/follower.tables.js';

export type Suppression = Omit<Selectable<SuppressionTable>, 'accountId'>;

const COLUMNS = ['openid', 'reason', 'since', 'note'] as const;

/** People to whom an account sends nothing, as operators see them. */
@Injectable()
export class SuppressionsService {
  readonly #db: Kysely<FollowerTables>;

  constructor(db: Kysely<FollowerTables>) {
    this.#db = db;
  }

  async findSuppression(accountId: number, openid: Openid): Promise<Suppression | undefined> {
    if (!OPENID_PATTERN.test(openid)) return undefined;
    return this.#db
      .selectFrom('suppression')
      .select(COLUMNS)
      .where('accountId', '=', accountId)
      .where('openid', '=', openid)
      .executeTakeFirst();
  }

  async list(
    accountId: number,
    { after = '', limit }: { after?: Openid; limit: number },
  ): Promise<Page<Suppression>> {
    const rows = await this.#db
      .selectFrom('suppression')
      .select(COLUMNS)
      .where('accountId', '=', accountId)
      .where('openid', '>', after)
      .orderBy('openid')
      .limit(limit + 1)
      .execute();
    return page(rows, limit, ({ openid }) => openid);
  }

  /** A manual suppression replaces one by a receipt, and stays until an operator removes it. Harmless to repeat. */
  add(accountId: number, openid: Openid, note: string | null): Promise<Suppression> {
    return inTransaction(this.#db, async (tx, audit) => {
      const before = await lock(tx, accountId, openid);
      const after = await insert(tx, { accountId, openid, note });
      audit({
        action: 'suppression.add',
        target: { kind: 'suppression', id: maskOpenid(openid) },
        accountId,
        before: before && { reason: before.reason, note: before.note },
        after: { reason: after.reason, note: after.note },
      });
      return after;
    });
  }

  /** False when the openid was not suppressed. */
  async remove(accountId: number, openid: Openid): Promise<boolean> {
    if (!OPENID_PATTERN.test(openid)) return false;
    return inTransaction(this.#db, async (tx, audit) => {
      const gone = await tx
        .deleteFrom('suppression')
        .where('accountId', '=', accountId)
        .where('openid', '=', openid)
        .returning(['reason', 'note'])
        .executeTakeFirst();
      if (gone === undefined) return false;
      audit({
        action: 'suppression.remove',
        target: { kind: 'suppression', id: maskOpenid(openid) },
        accountId,
        before: gone,
      });
      return true;
    });
  }
}

const lock = (tx: Transaction<FollowerTables>, accountId: number, openid: Openid) =>
  tx
    .selectFrom('suppression')
    .select(COLUMNS)
    .where('accountId', '=', accountId)
    .where('openid', '=', openid)
    .forUpdate()
    .executeTakeFirst();

const insert = (
  tx: Transaction<FollowerTables>,
  { accountId, openid, note }: { accountId: number; openid: Openid; note: string | null },
): Promise<Suppression> =>
  tx
    .insertInto('suppression')
    .values({ accountId, openid, reason: 'manual', since: sql<Date>`clock_now()`, note })
    .onConflict((conflict) =>
      conflict.columns(['accountId', 'openid']).doUpdateSet((eb) => ({
        reason: 'manual',
        since: eb
          .case()
          .when('suppression.reason', '=', 'manual')
          .then(eb.ref('suppression.since'))
          .else(eb.ref('excluded.since'))
          .end(),
        note: eb.ref('excluded.note'),
      })),
    )
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();

import { Injectable } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import type { Account } from '../../accounts/account.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { page, type Page } from '../../http/cursor.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { maskOpenid, type Openid } from '../../kernel/ids.js';
import type { TesterTables } from './testers.tables.js';

/** Somebody to whom tests are sent. */
export interface Tester {
  readonly openid: Openid;
  readonly name: string;
  /** Whose personal values a test to them borrows. */
  readonly like: Openid | null;
  readonly createdAt: Date;
}

export type NewTester = Pick<Tester, 'openid' | 'name'> & { readonly like?: Openid | null };

const MOST = 100;

/** The people to whom an account's tests are sent, by name. */
@Injectable()
export class Testers {
  readonly #db: Kysely<TesterTables>;

  constructor(db: Kysely<TesterTables>) {
    this.#db = db;
  }

  /** In the order of their openids. */
  async list(accountId: number, after: Openid | undefined, limit: number): Promise<Page<Tester>> {
    const rows = await this.#testers(accountId)
      .where('openid', '>', after ?? '')
      .orderBy('openid')
      .limit(limit + 1)
      .execute();
    return page(rows, limit, ({ openid }) => openid);
  }

  find(accountId: number, openid: Openid): Promise<Tester | undefined> {
    return this.#testers(accountId).where('openid', '=', openid).executeTakeFirst();
  }

  /** Somebody who is one already gets the new name. */
  async put({ id, appid }: Account, tester: NewTester): Promise<Tester> {
    return await inTransaction(this.#db, async (tx, audit) => {
      await lockAccount(tx, id);
      const before = await tx
        .selectFrom('tester')
        .select(['name', 'likeOpenid as like'])
        .where('accountId', '=', id)
        .where('openid', '=', tester.openid)
        .executeTakeFirst();
      if (before === undefined && (await countOf(tx, id)) >= MOST) throw tooMany();
      const { openid, name, like = null } = tester;
      const put = await tx
        .insertInto('tester')
        .values({ accountId: id, openid, name, likeOpenid: like })
        .onConflict((conflict) =>
          conflict.columns(['accountId', 'openid']).doUpdateSet({ name, likeOpenid: like }),
        )
        .returning(['openid', 'name', 'likeOpenid as like', 'createdAt'])
        .executeTakeFirstOrThrow();
      audit({
        action: 'tester.add',
        target: { kind: 'tester', id: maskOpenid(openid) },
        appid,
        ...(before && { before }),
        after: { name, like },
      });
      return put;
    });
  }

  async remove({ id, appid }: Account, openid: Openid): Promise<void> {
    await inTransaction(this.#db, async (tx, audit) => {
      const { numDeletedRows } = await tx
        .deleteFrom('tester')
        .where('accountId', '=', id)
        .where('openid', '=', openid)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw noTester(openid);
      audit({
        action: 'tester.remove',
        target: { kind: 'tester', id: maskOpenid(openid) },
        appid,
      });
    });
  }

  /** The people whom a pretended account begins with: part of its making, and no change of its own. */
  async furnish({ id }: Account, people: readonly NewTester[]): Promise<void> {
    await this.#db
      .insertInto('tester')
      .values(people.map(({ openid, name }) => ({ accountId: id, openid, name })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  #testers(accountId: number) {
    return this.#db
      .selectFrom('tester')
      .select(['openid', 'name', 'likeOpenid as like', 'createdAt'])
      .where('accountId', '=', accountId);
  }
}

/** Two who add at once see each other's. */
const lockAccount = (tx: Transaction<TesterTables>, accountId: number): Promise<unknown> =>
  sql`select from account where id = ${accountId} for no key update`.execute(tx);

async function countOf(tx: Transaction<TesterTables>, accountId: number): Promise<number> {
  const { count } = await tx
    .selectFrom('tester')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

const tooMany = (): DomainError =>
  new DomainError(
    'conflict',
    'tester_limit',
    both(
      `最多 ${MOST} 个测试接收人，请先移除不用的。`,
      `An account has at most ${MOST} testers: remove one that nobody needs.`,
      { most: MOST },
    ),
  );

const noTester = (openid: Openid): DomainError =>
  new DomainError(
    'not-found',
    'tester_not_found',
    both(
      `${maskOpenid(openid)} 不是测试接收人。`,
      `${maskOpenid(openid)} is no tester of this account.`,
      { openid: maskOpenid(openid) },
    ),
  );

import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { inTransaction } from '../audit/record/in-transaction.js';
import type { Mood } from './moods.js';
import type { SandboxTables } from './sandbox.tables.js';

/** What a pretended account is made from: its people, and how its WeChat behaves. */
export interface SandboxRecord {
  readonly accountId: number;
  readonly seed: string;
  readonly followers: number;
  readonly mood: Mood;
  readonly unfollowed: readonly string[];
  readonly blocking: readonly string[];
}

/** A list of openids on a sandbox's row. */
export type PeopleList = 'unfollowed' | 'blocking';

/** Statements on `sandbox`. */
@Injectable()
export class SandboxRepository {
  readonly #db: Kysely<SandboxTables>;

  constructor(db: Kysely<SandboxTables>) {
    this.#db = db;
  }

  find(accountId: number): Promise<SandboxRecord | undefined> {
    return this.#db
      .selectFrom('sandbox')
      .selectAll()
      .where('accountId', '=', accountId)
      .executeTakeFirst();
  }

  /** One that is there already stays: a crash may have come between it and its account. */
  async ensure(
    sandbox: Pick<SandboxRecord, 'accountId' | 'seed' | 'followers' | 'mood'>,
  ): Promise<void> {
    await this.#db
      .insertInto('sandbox')
      .values(sandbox)
      .onConflict((conflict) => conflict.column('accountId').doNothing())
      .execute();
  }

  async setMood(accountId: number, appid: string, mood: Mood): Promise<void> {
    await inTransaction(this.#db, async (tx, audit) => {
      const before = await tx
        .selectFrom('sandbox')
        .select('mood')
        .where('accountId', '=', accountId)
        .forUpdate()
        .executeTakeFirst();
      await tx.updateTable('sandbox').set({ mood }).where('accountId', '=', accountId).execute();
      audit({
        action: 'sandbox.change',
        target: { kind: 'account', id: appid },
        appid,
        before: { mood: before?.mood },
        after: { mood },
      });
    });
  }

  /** A person comes on a list, or leaves it: each at most once on it. */
  async setPerson(
    accountId: number,
    appid: string,
    list: PeopleList,
    openid: string,
    isOn: boolean,
  ): Promise<void> {
    await inTransaction(this.#db, async (tx, audit) => {
      const column = sql.ref(list);
      const without = sql`array_remove(${column}, ${openid}::text)`;
      await sql`
        update sandbox set ${column} = ${isOn ? sql`${without} || ${openid}::text` : without}
        where account_id = ${accountId}`.execute(tx);
      audit({
        action: 'sandbox.change',
        target: { kind: 'account', id: appid },
        appid,
        before: { [list]: !isOn },
        after: { [list]: isOn },
      });
    });
  }
}

import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { Tables } from './tables.js';

export interface BroadcastCounts {
  readonly total: number;
  readonly delivered: number;
  readonly failed: number;
}

/** One row for each recipient, written by one statement for each thing that happens to it. */
@Injectable()
export class Recipients {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** A page that is enqueued once more finds its rows there. */
  async insert(broadcastId: string, openids: readonly string[]): Promise<void> {
    await this.#db
      .insertInto('recipient')
      .values(openids.map((openid) => ({ broadcast_id: broadcastId, openid })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async sent(broadcastId: string, openid: string, msgid: string): Promise<void> {
    await this.#db
      .updateTable('recipient')
      .set({ msgid, sent_at: new Date() })
      .where('broadcast_id', '=', broadcastId)
      .where('openid', '=', openid)
      .execute();
  }

  async givenUp(broadcastId: string, openid: string, error: string): Promise<void> {
    await this.#db
      .updateTable('recipient')
      .set({ error })
      .where('broadcast_id', '=', broadcastId)
      .where('openid', '=', openid)
      .execute();
  }

  /** Returns false if no row has the msgid: the receipt has overtaken the answer to its send. */
  async received(msgid: string, result: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('recipient')
      .set({ result, result_at: new Date() })
      .where('msgid', '=', msgid)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async counts(broadcastId: string): Promise<BroadcastCounts> {
    const row = await this.#db
      .selectFrom('recipient')
      .select([
        sql<string>`count(*)`.as('total'),
        sql<string>`count(*) filter (where result = 'success')`.as('delivered'),
        sql<string>`count(*) filter (where result <> 'success' or error is not null)`.as('failed'),
      ])
      .where('broadcast_id', '=', broadcastId)
      .executeTakeFirstOrThrow();
    return {
      total: Number(row.total),
      delivered: Number(row.delivered),
      failed: Number(row.failed),
    };
  }
}

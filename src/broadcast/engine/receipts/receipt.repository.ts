import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { SendingConfig } from '../../../config/config.js';
import { HotSql } from '../../../database/hot-sql.js';
import { retryingDeadlocks } from '../../../database/session/sqlstate.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { Lane } from '../record/lane.js';
import { type DueReceipt, MATCH_BY_TIME, TAKE_DUE_RECEIPTS } from './next-match.statements.js';

/** Statements on receipts that wait for their delivery, and on deliveries that wait for their receipt. */
@Injectable()
export class ReceiptRepository {
  readonly #db: Kysely<BroadcastTables>;
  readonly #hot: HotSql;
  readonly #lane: Lane;
  readonly #sending: SendingConfig;

  constructor(db: Kysely<BroadcastTables>, hot: HotSql, lane: Lane, sending: SendingConfig) {
    this.#db = db;
    this.#hot = hot;
    this.#lane = lane;
    this.#sending = sending;
  }

  /** Takes the receipts whose next match is due, each for one worker. */
  async takeDue(limit: number): Promise<DueReceipt[]> {
    return retryingDeadlocks(() => this.#hot.query<DueReceipt>(TAKE_DUE_RECEIPTS, [limit]));
  }

  /** Matches receipts that found no delivery by their msgid. */
  async matchByTime(receipts: readonly DueReceipt[]): Promise<void> {
    if (receipts.length === 0) return;
    await retryingDeadlocks(() =>
      this.#hot.query(MATCH_BY_TIME, [
        receipts.map((receipt) => receipt.account_id),
        receipts.map(({ msgid }) => msgid),
        receipts.map(({ openid }) => openid),
        receipts.map((receipt) => receipt.create_time),
        this.#lane.of('match'),
        this.#sending.quotaResetHour,
      ]),
    );
  }

  /** Closes the receipts of broadcasts that ended long enough ago and have nothing under review: no more will come. */
  async close(): Promise<void> {
    await this.#db
      .updateTable('broadcast')
      .set({ receiptsClosedAt: sql<Date>`clock_now()` })
      .where('receiptsClosedAt', 'is', null)
      .where('closedAt', 'is not', null)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('deliveryReview')
              .whereRef('deliveryReview.broadcastId', '=', 'broadcast.id'),
          ),
        ),
      )
      .where(
        'endedAt',
        '<',
        sql<Date>`clock_now() - make_interval(hours => ${this.#sending.receiptHours}::integer)`,
      )
      .execute();
  }
}

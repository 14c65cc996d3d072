import { Injectable, Logger } from '@nestjs/common';
import { Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { RetentionConfig } from '../../../config/config.js';
import { longTransaction } from '../../../database/long-transaction.js';
import { Clock } from '../../../kernel/clock.js';
import { idsOf, lockPartitions, type Month, monthAhead } from './delivery-month.js';
import { detachPartition, dropPartition, monthsUntil } from './monthly-partition.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

/** A create may be repeated under its key for so many days. */
const KEYS_DAYS = 30;
/** Idempotency keys deleted in one statement. */
const KEYS_PAGE = 10_000;
/** We wait no longer for a table's lock: other statements queue up behind us meanwhile. */
const LOCK_PATIENCE = sql.lit('2s');
/** Dropping a month may take so long, with the lists of openids of all its broadcasts. */
const DROP_SECONDS = 600;
/** Receipts outside all monthly partitions are deleted row by row, so many in one run. */
const ROWS_PAGE = 50_000;
/** Broadcasts whose samples are deleted by one statement. */
const SAMPLED_PAGE = 50;

/**
 * Deletes what is older than the installation keeps: deliveries and receipts by whole months, but no month with a
 * broadcast that has not ended long enough ago. Broadcasts themselves stay, with their counters.
 */
@Injectable()
export class Retention implements PeriodicTask {
  readonly what = 'retention';
  readonly everyMs = 60 * 60_000;
  readonly #logger = new Logger(Retention.name);
  readonly #db: Kysely<BroadcastTables>;
  readonly #clock: Clock;
  readonly #retention: RetentionConfig;

  constructor(db: Kysely<BroadcastTables>, clock: Clock, retention: RetentionConfig) {
    this.#db = db;
    this.#clock = clock;
    this.#retention = retention;
  }

  async run(): Promise<void> {
    await this.#deleteKeys();
    if (this.#retention.days === 0) return;
    await sql`delete from stranger_receipt where day < (${this.#since()})::date`.execute(this.#db);
    for (const month of await this.#oldMonths('delivery')) await this.#dropDeliveries(month);
    await this.#deleteSamples();
    for (const month of await this.#oldMonths('receipt')) await this.#dropReceipts(month);
    await sql`
      delete from receipt_elsewhen where ctid = any (array(
        select ctid from receipt_elsewhen where received_at < ${this.#since()} limit ${ROWS_PAGE}
      ))`.execute(this.#db);
  }

  async #deleteKeys(): Promise<void> {
    for (const table of ['idempotency_key', 'verb_key']) await this.#deleteOldOf(table);
    await sql`delete from confirmation where expires_at < clock_now() - interval '1 hour'`.execute(
      this.#db,
    );
  }

  /** Page by page, the oldest first, each page in a transaction of its own. */
  async #deleteOldOf(keys: string): Promise<void> {
    const table = sql.table(keys);
    for (;;) {
      const { numAffectedRows = 0n } = await sql`
        delete from ${table} where ctid = any (array(
          select ctid from ${table} where created_at < clock_now() - ${days(KEYS_DAYS)}
          order by created_at limit ${KEYS_PAGE} for update skip locked
        ))`.execute(this.#db);
      if (numAffectedRows < BigInt(KEYS_PAGE)) return;
    }
  }

  /**
   * Not under the lock that drops a month, for which sends wait: a broadcast may have 2,000 samples. What a process that
   * died has left is found by the runs of the following week.
   */
  async #deleteSamples(): Promise<void> {
    for (;;) {
      const { numAffectedRows = 0n } = await sql`
        delete from broadcast_sample where broadcast_id = any (array(
          select b.id from broadcast b where b.purged_at > clock_now() - interval '7 days'
            and exists (select from broadcast_sample s where s.broadcast_id = b.id)
          limit ${SAMPLED_PAGE}
        ))`.execute(this.#db);
      if (numAffectedRows === 0n) return;
    }
  }

  /** Months that have a partition of the parent, and ended longer ago than anything is kept. */
  #oldMonths(parent: 'delivery' | 'receipt'): Promise<Month[]> {
    const now = this.#clock.now();
    const since = now.getTime() - this.#retention.days * 24 * 60 * 60_000;
    // The last month is always there: its partitions are made anew, for receipts of its last minutes.
    const least = Math.min(since, monthAhead(now, -1).from.getTime());
    return monthsUntil(this.#db, parent, least);
  }

  /** One broadcast of that month that is not finished, or finished lately, keeps the whole month. */
  async #dropDeliveries(month: Month): Promise<void> {
    const [from, to] = idsOf(month);
    await this.#underLock(async (tx) => {
      const ids = sql<boolean>`id >= ${from} and id < ${to}`;
      if (await this.#isNeeded(tx, ids)) return;
      if (!(await detachPartition(tx, 'delivery', month))) return;
      // Checked again, now that nothing writes there: a broadcast that had no row may have begun meanwhile.
      if (await this.#isNeeded(tx, ids)) throw new StillNeeded();
      await sql`drop table ${sql.table(`delivery_${month.suffix}`)}`.execute(tx);
      await dropPartition(tx, 'delivery_problem', month);
      for (const table of ['delivery_review', 'broadcast_member'])
        await sql`
          delete from ${sql.table(table)} where broadcast_id >= ${from} and broadcast_id < ${to}
            and broadcast_id not in (select id from broadcast where ${ids} and ${HAS_NOTHING_YET})
        `.execute(tx);
      await tx
        .updateTable('broadcast')
        .set({ purgedAt: sql<Date>`clock_now()` })
        .where('id', '>=', from)
        .where('id', '<', to)
        .where('purgedAt', 'is', null)
        .where(sql<boolean>`not ${HAS_NOTHING_YET}`)
        .execute();
      this.#logger.log(
        { month: month.suffix },
        'the deliveries of a month were dropped: their retention is over',
      );
    });
  }

  /** A broadcast of any earlier month may have sent in that month. */
  async #dropReceipts(month: Month): Promise<void> {
    const [, to] = idsOf(month);
    await this.#underLock(async (tx) => {
      if (await this.#isNeeded(tx, sql<boolean>`id < ${to}`)) return;
      if (await dropPartition(tx, 'receipt', month))
        this.#logger.log(
          { month: month.suffix },
          'the receipts of a month were dropped: their retention is over',
        );
    });
  }

  /** One transaction: a process that dies in the middle leaves everything as it was. */
  async #underLock(work: (tx: Transaction<BroadcastTables>) => Promise<void>): Promise<void> {
    try {
      await longTransaction(this.#db, DROP_SECONDS, async (tx) => {
        await sql`set local lock_timeout = ${LOCK_PATIENCE}`.execute(tx);
        await lockPartitions(tx);
        await work(tx);
      });
    } catch (error) {
      if (!(error instanceof StillNeeded)) throw error;
    }
  }

  /**
   * Whether any of these broadcasts still needs its rows, or is to be read as an audience. One that was cancelled before
   * its start counts from the cancellation. One that has no row yet needs nothing, however old it is: its partition is
   * made anew when it begins.
   */
  async #isNeeded(tx: Transaction<BroadcastTables>, ids: RawBuilder<boolean>): Promise<boolean> {
    const { rows } = await sql`
      select 1 from broadcast where ${ids} and not ${HAS_NOTHING_YET} and not coalesce(
        coalesce(closed_at, case when state = 'cancelled' and started_at is null then ended_at end)
          < ${this.#since()}, false)
      union all
      select 1 from broadcast where ${ids} and exists (
        select from broadcast_source where kind = 'broadcast' and source = broadcast.id::text)
      limit 1`.execute(tx);
    return rows.length > 0;
  }

  #since(): RawBuilder<Date> {
    return sql<Date>`clock_now() - ${days(this.#retention.days)}`;
  }
}

const days = (n: number): RawBuilder<unknown> => sql`make_interval(days => ${n})`;

/** Rolls the transaction back. */
class StillNeeded extends Error {}

/** It never started, and no audience was frozen for it: it has no delivery and no receipt. */
const HAS_NOTHING_YET = sql<boolean>`(started_at is null and (state in ('draft', 'awaiting_approval')
  or (state = 'scheduled' and freeze_audience = 'start')))`;

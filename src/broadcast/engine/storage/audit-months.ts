import { Injectable, Logger } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import { RetentionConfig } from '../../../config/config.js';
import { longTransaction } from '../../../database/long-transaction.js';
import { Clock } from '../../../kernel/clock.js';
import { uuidV7Floor } from '../../../kernel/ids.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';
import { idsOf, lockPartitions, type Month, monthAhead } from './delivery-month.js';
import { dropPartition, ensurePartition, monthsUntil } from './monthly-partition.js';

const TABLE = 'audit_entry';
/** Takes what has no partition of its own: no change waits for one. */
const ELSEWHERE = 'audit_entry_elsewhen';
const MONTHS_AHEAD = 2;
const DAY_MS = 24 * 60 * 60_000;
/** We wait no longer for a table's lock: entries queue up behind us meanwhile. */
const LOCK_PATIENCE = sql.lit('2s');
const DROP_SECONDS = 600;
const ROWS_PAGE = 50_000;

/** Makes the months of the audit in time, and drops those that are older than the installation keeps. */
@Injectable()
export class AuditMonths implements PeriodicTask {
  readonly what = 'the months of the audit';
  readonly everyMs = 10 * 60_000;
  readonly #logger = new Logger(AuditMonths.name);
  readonly #db: Kysely<unknown>;
  readonly #clock: Clock;
  readonly #keptDays: number;

  constructor(db: Kysely<unknown>, clock: Clock, { auditDays }: RetentionConfig) {
    this.#db = db;
    this.#clock = clock;
    this.#keptDays = auditDays;
  }

  async run(): Promise<void> {
    for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
      const month = monthAhead(this.#clock.now(), ahead);
      const ids = idsOf(month);
      await ensurePartition(this.#db, TABLE, month.suffix, ids, '', (tx, partition) =>
        moveInto(tx, partition, ids),
      );
    }
    if (this.#keptDays > 0) await this.#forget();
  }

  async #forget(): Promise<void> {
    const since = this.#clock.now().getTime() - this.#keptDays * DAY_MS;
    for (const month of await monthsUntil(this.#db, TABLE, since)) await this.#drop(month);
    await sql`
      delete from ${sql.table(ELSEWHERE)} where id = any (array(
        select id from ${sql.table(ELSEWHERE)} where id < ${uuidV7Floor(new Date(since))}::uuid
        order by id limit ${ROWS_PAGE}
      ))`.execute(this.#db);
  }

  async #drop(month: Month): Promise<void> {
    await longTransaction(this.#db, DROP_SECONDS, async (tx) => {
      await sql`set local lock_timeout = ${LOCK_PATIENCE}`.execute(tx);
      await lockPartitions(tx);
      if (await dropPartition(tx, TABLE, month))
        this.#logger.log({ month: month.suffix }, 'a month of the audit was dropped: AUDIT_DAYS');
    });
  }
}

/** Entries of the month that were written before it had a partition; the lock keeps others from following them. */
async function moveInto<Tables>(
  tx: Transaction<Tables>,
  partition: string,
  [from, to]: readonly [string, string],
): Promise<void> {
  await sql`set local lock_timeout = ${LOCK_PATIENCE}`.execute(tx);
  await sql`lock table ${sql.table(ELSEWHERE)} in access exclusive mode`.execute(tx);
  await sql`
    with moved as (
      delete from ${sql.table(ELSEWHERE)} where id >= ${from}::uuid and id < ${to}::uuid returning *
    )
    insert into ${sql.table(partition)} select * from moved`.execute(tx);
}

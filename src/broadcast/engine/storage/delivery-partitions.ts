import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '../../../kernel/clock.js';
import { idsOf, type Month, monthAhead, monthOfBroadcast, timesOf } from './delivery-month.js';
import { ensurePartition } from './monthly-partition.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

/** Months for which partitions exist ahead of the present one. */
const MONTHS_AHEAD = 2;

/** Makes the monthly partitions of deliveries, their problems and receipts in time. */
@Injectable()
export class DeliveryPartitions implements PeriodicTask {
  readonly what = 'partitions';
  readonly everyMs = 60_000;
  readonly #db: Kysely<BroadcastTables>;
  readonly #clock: Clock;

  constructor(db: Kysely<BroadcastTables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  run(): Promise<void> {
    return this.ensure();
  }

  /** Makes the partitions of the present month, of the last one (for receipts of its last minutes), and of those ahead. */
  async ensure(): Promise<void> {
    for (let ahead = -1; ahead <= MONTHS_AHEAD; ahead++) {
      const month = monthAhead(this.#clock.now(), ahead);
      await ensureMonth(this.#db, month);
      await ensurePartition(this.#db, 'receipt', month.suffix, timesOf(month), '');
    }
  }
}

/** For a broadcast that starts long after its creation: retention may have dropped its month, where it had no row. */
export const ensurePartitionOf = (db: Kysely<BroadcastTables>, broadcastId: string) =>
  ensureMonth(db, monthOfBroadcast(broadcastId));

async function ensureMonth(db: Kysely<BroadcastTables>, month: Month): Promise<void> {
  const ids = idsOf(month);
  // In-place updates need free space on the page that they happen on.
  await ensurePartition(db, 'delivery', month.suffix, ids, 'with (fillfactor = 60)');
  await ensurePartition(db, 'delivery_problem', month.suffix, ids, '');
}

import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { Clock } from '../../../kernel/clock.js';
import {
  idsOf,
  lockPartitions,
  type Month,
  monthAhead,
  monthOfBroadcast,
  timesOf,
} from './delivery-month.js';
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
      await ensureOne(this.#db, 'receipt', month.suffix, timesOf(month), '');
    }
  }
}

/** For a broadcast that starts long after its creation: retention may have dropped its month, where it had no row. */
export const ensurePartitionOf = (db: Kysely<BroadcastTables>, broadcastId: string) =>
  ensureMonth(db, monthOfBroadcast(broadcastId));

async function ensureMonth(db: Kysely<BroadcastTables>, month: Month): Promise<void> {
  const ids = idsOf(month);
  // In-place updates need free space on the page that they happen on.
  await ensureOne(db, 'delivery', month.suffix, ids, 'with (fillfactor = 60)');
  await ensureOne(db, 'delivery_problem', month.suffix, ids, '');
}

/**
 * Makes the partition as a table of its own and then attaches it: `create table … partition of` would lock out everyone
 * who reads or writes the parent while it waits for its own lock.
 */
async function ensureOne(
  db: Kysely<BroadcastTables>,
  parent: string,
  suffix: string,
  [from, to]: readonly [string, string],
  options: string,
): Promise<void> {
  const partition = `${parent}_${suffix}`;
  if (await isAttached(db, partition)) return;
  await db.transaction().execute(async (tx) => {
    await lockPartitions(tx);
    if (await isAttached(tx, partition)) return;
    await sql`
      create table if not exists ${sql.table(partition)}
        (like ${sql.table(parent)} including defaults including constraints) ${sql.raw(options)}`.execute(
      tx,
    );
    await sql`
      alter table ${sql.table(parent)} attach partition ${sql.table(partition)}
        for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(tx);
  });
}

async function isAttached(db: Kysely<BroadcastTables>, partition: string): Promise<boolean> {
  const { rows } = await sql`
    select from pg_inherits where inhrelid = to_regclass(${partition})`.execute(db);
  return rows.length > 0;
}

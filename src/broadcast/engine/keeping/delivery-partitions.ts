import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { Clock } from '../../../kernel/clock.js';
import { idsOf, lockPartitions, monthAhead, timesOf } from './delivery-month.js';
import type { BroadcastTables } from '../engine.tables.js';
import type { Repair } from '../sweep/repair.js';

/** Months for which partitions exist ahead of the present one. */
const MONTHS_AHEAD = 2;

/** Deliveries, their problems and receipts lie in partitions by month; this makes them in time. */
@Injectable()
export class DeliveryPartitions implements Repair {
  readonly what = 'partitions';
  readonly everyMs = 60_000;

  constructor(
    private readonly db: Kysely<BroadcastTables>,
    private readonly clock: Clock,
  ) {}

  run(): Promise<void> {
    return this.ensure();
  }

  /** The present month, the last one (receipts of its last minutes), and those ahead. */
  async ensure(): Promise<void> {
    for (let ahead = -1; ahead <= MONTHS_AHEAD; ahead++) {
      const month = monthAhead(this.clock.now(), ahead);
      const ids = idsOf(month);
      // In-place updates need free space on the page that they happen on.
      await this.#ensureOne('delivery', month.suffix, ids, 'with (fillfactor = 60)');
      await this.#ensureOne('delivery_problem', month.suffix, ids, '');
      await this.#ensureOne('receipt', month.suffix, timesOf(month), '');
    }
  }

  /**
   * Made apart and then attached: `create table … partition of` would lock out all who read or
   * write the parent while it waits for its turn.
   */
  async #ensureOne(
    parent: string,
    suffix: string,
    [from, to]: readonly [string, string],
    options: string,
  ): Promise<void> {
    const partition = `${parent}_${suffix}`;
    if (await this.#isAttached(this.db, partition)) return;
    await this.db.transaction().execute(async (tx) => {
      await lockPartitions(tx);
      if (await this.#isAttached(tx, partition)) return;
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

  async #isAttached(db: Kysely<BroadcastTables>, partition: string): Promise<boolean> {
    const { rows } = await sql`
      select from pg_inherits where inhrelid = to_regclass(${partition})`.execute(db);
    return rows.length > 0;
  }
}

import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { Clock } from '../../kernel/clock.js';
import { uuidV7Floor } from '../../kernel/ids.js';
import type { BroadcastTables } from './engine.tables.js';

/** Months for which partitions exist ahead of the present one. */
const MONTHS_AHEAD = 2;

interface Month {
  readonly from: Date;
  readonly to: Date;
  /** As in `delivery_2026_11`. */
  readonly suffix: string;
}

/** The month (UTC) that lies `ahead` months after the given instant's. */
function monthAhead(at: Date, ahead: number): Month {
  const from = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1));
  const to = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead + 1, 1));
  const suffix = from.toISOString().slice(0, 7).replace('-', '_');
  return { from, to, suffix };
}

/** Deliveries, their problems and receipts lie in partitions by month; this makes them in time. */
@Injectable()
export class DeliveryPartitions {
  constructor(
    private readonly db: Kysely<BroadcastTables>,
    private readonly clock: Clock,
  ) {}

  /** The present month, the last one (receipts of its last minutes), and those ahead. */
  async ensure(): Promise<void> {
    for (let ahead = -1; ahead <= MONTHS_AHEAD; ahead++) {
      const month = monthAhead(this.clock.now(), ahead);
      const ids = [uuidV7Floor(month.from), uuidV7Floor(month.to)] as const;
      // In-place updates need free space on the page that they happen on.
      await this.#ensureOne('delivery', month.suffix, ids, 'with (fillfactor = 60)');
      await this.#ensureOne('delivery_problem', month.suffix, ids, '');
      const times = [month.from.toISOString(), month.to.toISOString()] as const;
      await this.#ensureOne('receipt', month.suffix, times, '');
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
      await sql`select pg_advisory_xact_lock(hashtext('weicast partitions'))`.execute(tx);
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

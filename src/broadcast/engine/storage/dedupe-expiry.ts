import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { BroadcastTables } from '../record/engine.tables.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

/** Keys deleted in one statement. */
const PAGE = 10_000;

/** Deletes dedupe keys of single messages whose time is over. An expired key counts for nothing even before that. */
@Injectable()
export class DedupeExpiry implements PeriodicTask {
  readonly what = 'dedupe keys';
  readonly everyMs = 60_000;
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  /** A key that a request is taking anew is left alone. */
  async run(): Promise<void> {
    for (;;) {
      const { numAffectedRows = 0n } = await sql`
        delete from dedupe where ctid = any (array(
          select ctid from dedupe where expires_at <= clock_now()
          order by expires_at limit ${PAGE} for update skip locked
        ))`.execute(this.#db);
      if (numAffectedRows < BigInt(PAGE)) return;
    }
  }
}

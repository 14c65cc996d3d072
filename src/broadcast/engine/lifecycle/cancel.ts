import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { recordEvent } from '../record/broadcast-events.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { stopClaimsOf } from '../holds/stop-claims.js';

/** Cancels a broadcast for good. Nothing more of it is claimed, and the sweep closes its rows in batches. */
@Injectable()
export class Cancelling {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  /** False when the broadcast had ended before. */
  async cancel(broadcastId: string): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('broadcast')
        .set({ state: 'cancelled', endedAt: sql<Date>`clock_now()` })
        .where('id', '=', broadcastId)
        .where('state', 'not in', ['finished', 'cancelled'])
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      await stopClaimsOf(tx, broadcastId);
      await tx.deleteFrom('broadcastHold').where('broadcastId', '=', broadcastId).execute();
      await recordEvent(tx, broadcastId, 'cancelled');
      return true;
    });
  }
}

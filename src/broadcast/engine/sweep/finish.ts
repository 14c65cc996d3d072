import { Injectable, Logger } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { recordEvent } from '../broadcast-events.js';
import { sumOfLanes } from '../counters.js';
import type { BroadcastTables } from '../engine.tables.js';
import { DELIVERY_STATES, OPEN_STATES } from '../states.js';

/** Closes a broadcast of which nothing is open any more: `running → finished`; a cancelled one stays so. */
@Injectable()
export class Finishing {
  readonly #logger = new Logger(Finishing.name);

  constructor(private readonly db: Kysely<BroadcastTables>) {}

  /** Under the broadcast's lock, where whoever could reopen a delivery has to wait. */
  async finish(broadcastId: string): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      const broadcast = await tx
        .selectFrom('broadcast')
        .select(['state', 'expandedAt', 'closedAt'])
        .where('id', '=', broadcastId)
        .forUpdate()
        .executeTakeFirst();
      if (!broadcast || broadcast.closedAt) return false;
      const ended = broadcast.state === 'cancelled';
      if (!ended && (broadcast.state !== 'running' || !broadcast.expandedAt)) return false;
      const counts = await sumOfLanes(tx, broadcastId);
      if (OPEN_STATES.some((state) => counts[state] !== 0)) return false;
      const now = sql<Date>`clock_now()`;
      await tx
        .updateTable('broadcast')
        .set(ended ? { closedAt: now } : { state: 'finished', endedAt: now, closedAt: now })
        .where('id', '=', broadcastId)
        .execute();
      await tx.deleteFrom('broadcastHold').where('broadcastId', '=', broadcastId).execute();
      await tx.deleteFrom('broadcastMember').where('broadcastId', '=', broadcastId).execute();
      const total = DELIVERY_STATES.reduce((sum, state) => sum + counts[state], 0);
      if (!ended) await recordEvent(tx, broadcastId, 'finished', { total, counts });
      this.#logger.log({ broadcastId, total, counts, cancelled: ended }, 'broadcast closed');
      return true;
    });
  }
}

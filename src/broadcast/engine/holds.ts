import { Injectable } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import { recordEvent } from './broadcast-events.js';
import type { BroadcastTables } from './engine.tables.js';
import type { HoldReason } from './states.js';

export interface Hold {
  readonly reason: HoldReason;
  /** When it lifts itself; left out, a person must. */
  readonly until?: Date | null;
  readonly errcode?: number | null;
  readonly rid?: string | null;
  /** What happened, for a person to read. */
  readonly detail?: string | null;
}

/**
 * The set of reasons why a broadcast does not send. The first of several workers that find the same
 * reason writes it; a reason lifts only itself.
 */
@Injectable()
export class Holds {
  constructor(private readonly db: Kysely<BroadcastTables>) {}

  /** True when the hold is new; false when it stood already or the broadcast has ended. */
  async hold(broadcastId: string, hold: Hold): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      if (!(await lockIfOpen(tx, broadcastId))) return false;
      const { errcode = null, rid = null, detail = null, until = null, reason } = hold;
      const added = await tx
        .insertInto('broadcastHold')
        .values({ broadcastId, reason, since: sql<Date>`clock_now()`, until, errcode, rid, detail })
        .onConflict((oc) => oc.doNothing())
        .returning('reason')
        .executeTakeFirst();
      if (added)
        await recordEvent(tx, broadcastId, 'held', { reason, until, errcode, rid, detail });
      return added !== undefined;
    });
  }

  /** Lifts those of the given reasons that stand, and says which did. */
  async lift(broadcastId: string, reasons: readonly HoldReason[]): Promise<HoldReason[]> {
    return this.db.transaction().execute(async (tx) => {
      if (!(await lockIfOpen(tx, broadcastId))) return [];
      const lifted = await tx
        .deleteFrom('broadcastHold')
        .where('broadcastId', '=', broadcastId)
        .where('reason', 'in', reasons)
        .returning('reason')
        .execute();
      const names = lifted.map(({ reason }) => reason);
      if (names.length > 0) await recordEvent(tx, broadcastId, 'lifted', { reasons: names });
      return names;
    });
  }

  /** Holds every broadcast of an account that has not ended. */
  async holdAccount(accountId: number, hold: Hold): Promise<void> {
    const running = await this.db
      .selectFrom('broadcast')
      .select('id')
      .where('accountId', '=', accountId)
      .where('closedAt', 'is', null)
      .where('startedAt', 'is not', null)
      .execute();
    for (const { id } of running) await this.hold(id, hold);
  }

  /** Lifts what was held until a time that has come. */
  async liftExpired(): Promise<void> {
    const expired = await this.db
      .selectFrom('broadcastHold')
      .select(['broadcastId', 'reason'])
      .where('until', '<=', sql<Date>`clock_now()`)
      .execute();
    for (const { broadcastId, reason } of expired) await this.lift(broadcastId, [reason]);
  }
}

/** Hold, lift, cancel, expand and finish each lock the broadcast's row first: they come one by one. */
async function lockIfOpen(tx: Transaction<BroadcastTables>, broadcastId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('broadcast')
    .select('state')
    .where('id', '=', broadcastId)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined && row.state !== 'finished' && row.state !== 'cancelled';
}

import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { BroadcastTables, SendHours } from '../record/engine.tables.js';
import { instant } from '../../../database/database-clock.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';
import { nextHours } from './send-hours.js';
import { keepSendHours } from './send-hours-keeping.js';

interface Kept {
  readonly sendHours: SendHours | null;
  readonly sendsUntil: Date | null;
  readonly heldUntil: Date | null;
  readonly now: Date;
}

/** Holds what runs out of its send hours, and lets it go on inside them. */
@Injectable()
export class SendHoursKeeper implements PeriodicTask {
  readonly what = 'send hours';
  readonly everyMs = 0;
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  async run(): Promise<void> {
    const running = await this.#db
      .selectFrom('broadcast as b')
      .leftJoin('broadcastHold as h', (join) =>
        join.onRef('h.broadcastId', '=', 'b.id').on('h.reason', '=', 'hours'),
      )
      .select(['b.id', 'b.sendHours', 'b.sendsUntil', 'h.until as heldUntil'])
      .select(sql<Date>`clock_now()`.as('now'))
      .where('b.closedAt', 'is', null)
      .where('b.startedAt', 'is not', null)
      .where('b.state', '=', 'running')
      .where('b.sendHours', 'is not', null)
      .execute();
    for (const broadcast of running) if (!isInLine(broadcast)) await this.#keep(broadcast.id);
  }

  /** Whoever holds the lock meanwhile may be about to change the hours; the next run looks again. */
  async #keep(broadcastId: string): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const broadcast = await tx
        .selectFrom('broadcast')
        .select('sendHours')
        .where('id', '=', broadcastId)
        .where('state', '=', 'running')
        .forUpdate()
        .skipLocked()
        .executeTakeFirst();
      if (broadcast) await keepSendHours(tx, broadcastId, broadcast.sendHours, await instant(tx));
    });
  }
}

function isInLine({ sendHours, sendsUntil, heldUntil, now }: Kept): boolean {
  if (sendHours === null) return true;
  const next = nextHours(sendHours, now);
  const isHeldAsItShould =
    next.from > now ? heldUntil?.getTime() === next.from.getTime() : heldUntil === null;
  return isHeldAsItShould && sendsUntil?.getTime() === next.until.getTime();
}

import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { BroadcastTables, SendHours } from '../record/engine.tables.js';
import { instant } from '../../../database/database-clock.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';
import { nextHours } from './send-hours.js';
import { applySendHours } from './apply-send-hours.js';

interface RunningBroadcast {
  readonly sendHours: SendHours | null;
  readonly sendsUntil: Date | null;
  readonly heldUntil: Date | null;
  readonly now: Date;
}

/** Holds running broadcasts outside their send hours, and lets them go on inside. */
@Injectable()
export class SendHoursWatch implements PeriodicTask {
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
    for (const broadcast of running) if (!isInLine(broadcast)) await this.#apply(broadcast.id);
  }

  /** A transaction that holds the lock may be about to change the hours: this one is skipped until the next run. */
  async #apply(broadcastId: string): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const broadcast = await tx
        .selectFrom('broadcast')
        .select('sendHours')
        .where('id', '=', broadcastId)
        .where('state', '=', 'running')
        .forUpdate()
        .skipLocked()
        .executeTakeFirst();
      if (broadcast) await applySendHours(tx, broadcastId, broadcast.sendHours, await instant(tx));
    });
  }
}

function isInLine({ sendHours, sendsUntil, heldUntil, now }: RunningBroadcast): boolean {
  if (sendHours === null) return true;
  const next = nextHours(sendHours, now);
  const isHeldAsItShould =
    next.from > now ? heldUntil?.getTime() === next.from.getTime() : heldUntil === null;
  return isHeldAsItShould && sendsUntil?.getTime() === next.until.getTime();
}

import { Injectable, Logger } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import type { BroadcastTables } from '../record/engine.tables.js';
import { ExpandQueue } from '../expand/expand.queue.js';
import { instant } from '../../../database/database-clock.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';
import { inTransaction } from '../../../audit/record/in-transaction.js';
import { holdEntry } from '../holds/hold-entries.js';
import { beginDue, STARTABLE } from './schedule.js';

/** Broadcasts started in one run; the others follow in the next. */
const PAGE = 100;

/** Starts each scheduled broadcast once, when its time has come, in whichever worker is first. */
@Injectable()
export class ScheduledStarts implements PeriodicTask {
  readonly what = 'scheduled starts';
  readonly everyMs = 0;
  readonly #logger = new Logger(ScheduledStarts.name);
  readonly #db: Kysely<BroadcastTables>;
  readonly #expansion: ExpandQueue;

  constructor(db: Kysely<BroadcastTables>, expansion: ExpandQueue) {
    this.#db = db;
    this.#expansion = expansion;
  }

  async run(): Promise<void> {
    const started: string[] = [];
    for (const id of await this.#due()) {
      try {
        if (!(await this.start(id))) continue;
        this.#logger.log(`broadcast ${id} started: its time has come`);
        started.push(id);
      } catch (err) {
        this.#logger.warn(
          { broadcastId: id, err },
          'a scheduled broadcast was not started; the next run tries again',
        );
      }
    }
    // Expansion is asked for after all have started: a queue that is away must not make the last of them late. Should
    // this process die here, the sweep asks for it.
    await Promise.all(started.map((id) => this.#expansion.nudge(id)));
  }

  /** False when another worker was first, when the broadcast is being changed, or when its time was put off. */
  start(id: string): Promise<boolean> {
    return inTransaction(this.#db, async (tx, audit) => {
      const broadcast = await lockDue(tx, id);
      if (!broadcast) return false;
      const detail = await beginDue(tx, broadcast, await instant(tx));
      // That it starts at its time, a person has decided before; that it waits, we decide.
      audit(detail === undefined ? 'nothing' : holdEntry(broadcast, { reason: 'stale', detail }));
      return true;
    });
  }

  async #due(): Promise<string[]> {
    const due = await this.#db
      .selectFrom('broadcast')
      .select('id')
      .where('state', '=', 'scheduled')
      .where('startAt', '<=', sql<Date>`clock_now()`)
      .where(IS_DECIDED)
      .orderBy('startAt')
      .limit(PAGE)
      .execute();
    return due.map(({ id }) => id);
  }
}

/** Nothing begins while it can be undone, also if its time was changed to an earlier one meanwhile. */
const IS_DECIDED = sql<boolean>`(undo_until is null or undo_until <= clock_now())`;

const lockDue = (tx: Transaction<BroadcastTables>, id: string) =>
  tx
    .selectFrom('broadcast')
    .select(STARTABLE)
    .where('id', '=', id)
    .where('state', '=', 'scheduled')
    .where('startAt', '<=', sql<Date>`clock_now()`)
    .where(IS_DECIDED)
    .forUpdate()
    .skipLocked()
    .$narrowType<{ startAt: Date }>()
    .executeTakeFirst();

import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { PeriodicTask } from '../periodic/periodic-task.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { phaseOf } from '../record/phase.js';

/**
 * A process of an older release closes a broadcast without saying whether anything was sent: it would be shown as
 * cancelled, though some have it. Found by the index of the lists, and looked for as long as two releases run side by side.
 */
@Injectable()
export class ClosedByOlder implements PeriodicTask {
  readonly what = 'broadcasts that an older process closed';
  readonly everyMs = 10 * 60_000;
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  async run(): Promise<void> {
    await sql`
      update broadcast b set any_sent = coalesce((
        select sum(accepted + reviewing + delivered + blocked + failed + refused + unknown) > 0
        from broadcast_counter c where c.broadcast_id = b.id
      ), false)
      where b.purpose = 'broadcast' and ${PHASE} = 'cancelled' and b.closed_at is not null
        and b.any_sent is null`.execute(this.#db);
  }
}

const PHASE = sql.raw(phaseOf('b'));

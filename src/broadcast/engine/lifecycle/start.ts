import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { BroadcastTables } from '../record/engine.tables.js';
import { instant } from '../../../database/database-clock.js';
import { begin, beginOrSchedule, STARTABLE } from './schedule.js';
import type { BroadcastState } from '../record/states.js';

/** What an operator's "start" led to. */
export interface Started {
  readonly state: BroadcastState;
  /** False when it had been started before, or could not be. */
  readonly changed: boolean;
}

/** Starts a broadcast because an operator asks for it. */
@Injectable()
export class Starting {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  /** A draft starts, or is scheduled if its time lies ahead; a scheduled one starts now. Undefined where there is no such broadcast. */
  start(broadcastId: string): Promise<Started | undefined> {
    return this.#db.transaction().execute(async (tx) => {
      const broadcast = await tx
        .selectFrom('broadcast')
        .select(STARTABLE)
        .where('id', '=', broadcastId)
        .forUpdate()
        .executeTakeFirst();
      if (broadcast?.state === 'draft')
        return { state: await beginOrSchedule(tx, broadcast, await instant(tx)), changed: true };
      if (broadcast?.state === 'scheduled') {
        await begin(tx, broadcast, await instant(tx));
        return { state: 'running', changed: true };
      }
      return broadcast && { state: broadcast.state, changed: false };
    });
  }
}

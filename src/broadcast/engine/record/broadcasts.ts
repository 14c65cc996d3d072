import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable } from 'kysely';
import type { BroadcastTables } from './engine.tables.js';
import { broadcastNotFound } from './not-found.js';

export type BroadcastRow = Selectable<BroadcastTables['broadcast']>;

/** The broadcasts on record. */
@Injectable()
export class Broadcasts {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  findBroadcast(id: string): Promise<BroadcastRow | undefined> {
    return this.#db.selectFrom('broadcast').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async requireBroadcast(id: string): Promise<BroadcastRow> {
    const broadcast = await this.findBroadcast(id);
    if (broadcast === undefined) throw broadcastNotFound(id);
    return broadcast;
  }
}

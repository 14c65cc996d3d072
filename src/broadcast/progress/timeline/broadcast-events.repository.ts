import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { BroadcastTables, RecordedActor } from '../../engine/record/engine.tables.js';

/** What happened to a broadcast. Events are written under its lock, so their ids become visible in order. */
export interface BroadcastEvent {
  readonly id: number;
  readonly at: Date;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Null where the service itself did it. */
  readonly actor: RecordedActor | null;
}

const MAX_AT_ONCE = 1_000;

/** Statements that read `broadcast_event`. */
@Injectable()
export class BroadcastEventsRepository {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  /** The id of the latest event; 0 where there is none. */
  async latest(broadcastId: string): Promise<number> {
    const row = await this.#db
      .selectFrom('broadcastEvent')
      .select('id')
      .where('broadcastId', '=', broadcastId)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return Number(row?.id ?? 0);
  }

  async after(broadcastId: string, id: number): Promise<BroadcastEvent[]> {
    const rows = await this.#db
      .selectFrom('broadcastEvent')
      .select(['id', 'at', 'kind', 'data', 'actor'])
      .where('broadcastId', '=', broadcastId)
      .where('id', '>', String(id))
      .orderBy('id')
      .limit(MAX_AT_ONCE)
      .execute();
    return rows.map((row) => ({ ...row, id: Number(row.id) }));
  }

  /** The newest first, those before the event `below`. */
  async before(broadcastId: string, below: number, limit: number): Promise<BroadcastEvent[]> {
    const rows = await this.#db
      .selectFrom('broadcastEvent')
      .select(['id', 'at', 'kind', 'data', 'actor'])
      .where('broadcastId', '=', broadcastId)
      .where('id', '<', String(below))
      .orderBy('broadcastId', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ ...row, id: Number(row.id) }));
  }
}

import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { BroadcastTables } from './engine.tables.js';
import { DELIVERY_STATES, type DeliveryState } from './states.js';

export type Counts = Record<DeliveryState, number>;

/** Reads the counters: sums over lanes, never over deliveries. */
@Injectable()
export class Counters {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  async counts(broadcastId: string): Promise<Counts> {
    const sums = DELIVERY_STATES.map((state) =>
      sql<string>`coalesce(sum(${sql.ref(state)}), 0)`.as(state),
    );
    const row = await this.#db
      .selectFrom('broadcastCounter')
      .select(sums)
      .where('broadcastId', '=', broadcastId)
      .executeTakeFirstOrThrow();
    return Object.fromEntries(
      DELIVERY_STATES.map((state) => [state, Number(row[state])]),
    ) as Counts;
  }

  /** How many deliveries ended badly with which errcode. */
  async errors(broadcastId: string): Promise<{ errcode: number; count: number }[]> {
    const rows = await this.#db
      .selectFrom('broadcastError')
      .select(['errcode', sql<string>`sum(count)`.as('count')])
      .where('broadcastId', '=', broadcastId)
      .groupBy('errcode')
      .having(sql`sum(count)`, '>', 0)
      .orderBy(sql`sum(count)`, 'desc')
      .execute();
    return rows.map(({ errcode, count }) => ({ errcode, count: Number(count) }));
  }
}

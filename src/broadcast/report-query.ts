import { type Kysely, sql } from 'kysely';
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres';
import type { BroadcastRow } from './broadcast.repository.js';
import type { BroadcastTables } from './engine/engine.tables.js';
import { DELIVERY_STATES, type DeliveryState, type HoldReason } from './engine/states.js';

export interface ReportedHold {
  readonly reason: HoldReason;
  /** Times as Postgres writes them into JSON. */
  readonly since: string;
  readonly until: string | null;
  readonly errcode: number | null;
  readonly rid: string | null;
  readonly detail: string | null;
}

export interface ReportRow extends BroadcastRow {
  /** What the account may send a second now; null while it has never sent. */
  readonly rate: number | null;
  readonly accountRests: boolean;
  readonly secondsRunning: number;
  readonly counts: Record<DeliveryState, number>;
  readonly errors: { errcode: number; count: number }[];
  readonly holds: ReportedHold[];
}

/** Broadcasts with their sums over counter lanes, their errors and their holds, in one snapshot. */
export function readReports(
  db: Kysely<BroadcastTables>,
  ids: readonly string[],
): Promise<ReportRow[]> {
  return db
    .selectFrom('broadcast as b')
    .leftJoin('pace as p', 'p.accountId', 'b.accountId')
    .selectAll('b')
    .select((eb) => [
      'p.rate',
      sql<boolean>`coalesce(p.paused_until > clock_now(), false)`.as('accountRests'),
      sql<number>`extract(epoch from clock_now() - b.started_at)::float8`.as('secondsRunning'),
      jsonObjectFrom(
        eb
          .selectFrom('broadcastCounter')
          .select(
            DELIVERY_STATES.map((state) =>
              sql<number>`coalesce(sum(${sql.ref(state)}), 0)`.as(state),
            ),
          )
          .whereRef('broadcastId', '=', 'b.id'),
      ).as('counts'),
      jsonArrayFrom(
        eb
          .selectFrom('broadcastError')
          .select(['errcode', sql<number>`sum(count)`.as('count')])
          .whereRef('broadcastId', '=', 'b.id')
          .groupBy('errcode')
          .having(sql`sum(count)`, '>', 0)
          .orderBy(sql`sum(count)`, 'desc'),
      ).as('errors'),
      jsonArrayFrom(
        eb
          .selectFrom('broadcastHold')
          .select(['reason', 'since', 'until', 'errcode', 'rid', 'detail'])
          .whereRef('broadcastId', '=', 'b.id')
          .orderBy('since'),
      ).as('holds'),
    ])
    .where('b.id', 'in', ids)
    .$castTo<ReportRow>()
    .execute();
}

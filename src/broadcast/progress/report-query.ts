import { type Kysely, sql } from 'kysely';
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres';
import type { Params } from '../../kernel/bilingual.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { BroadcastTables, RecordedActor } from '../engine/record/engine.tables.js';
import { type ShownColumns, shownOf } from './shown/shown-sql.js';
import { ALIVE } from '../engine/record/live-processes.js';
import type { HoldCode } from '../engine/record/hold-codes.js';
import { DELIVERY_STATES, type DeliveryState, type HoldReason } from '../engine/record/states.js';

export interface ReportedHold {
  readonly id: string;
  /** Who paused it, and why. */
  readonly by: RecordedActor | null;
  readonly note: string | null;
  readonly reason: HoldReason;
  /** Times as Postgres writes them into JSON. */
  readonly since: string;
  readonly until: string | null;
  readonly errcode: number | null;
  readonly rid: string | null;
  readonly detail: string | null;
  readonly code: HoldCode | null;
  readonly openid: string | null;
  /** What was seen, by name. */
  readonly params: Params;
}

/** What is counted beside the states, as in `skipped:unsubscribed`. */
export interface Tally {
  readonly what: string;
  readonly count: number;
}

export interface ReportRow extends BroadcastRow {
  /** No worker has taken it up for ten seconds. */
  readonly untaken: boolean;
  readonly secondsRunning: number;
  readonly counts: Record<DeliveryState, number>;
  readonly errors: { errcode: number; count: number }[];
  readonly holds: ReportedHold[];
  readonly tallies: Tally[];
  readonly shown: ShownColumns;
}

const UNTAKEN = sql`interval '10 seconds'`;

/** Broadcasts with their sums over counter lanes, their errors and their holds, in one snapshot. */
export function readReports(
  db: Kysely<BroadcastTables>,
  ids: readonly string[],
): Promise<ReportRow[]> {
  return db
    .selectFrom('broadcast as b')
    .selectAll('b')
    .select((eb) => [
      sql<number>`extract(epoch from clock_now() - b.started_at)::float8`.as('secondsRunning'),
      sql<boolean>`b.state = 'running' and b.started_at < clock_now() - ${UNTAKEN} and (
        not exists (select from worker_process w where w.seen_at > clock_now() - ${sql.raw(ALIVE)})
        or b.expanded_at is null and b.expand_progress_at is null)`.as('untaken'),
      sql<ShownColumns>`(select to_jsonb(s) from ${sql.raw(shownOf('b'))} s)`.as('shown'),
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
          .select(['id', 'reason', 'since', 'until', 'errcode', 'rid', 'detail', 'code', 'openid'])
          .select(['by', 'note', 'params'])
          .whereRef('broadcastId', '=', 'b.id')
          .orderBy('since'),
      ).as('holds'),
      jsonArrayFrom(
        eb
          .selectFrom('broadcastTally')
          .select(['what', sql<number>`sum(count)`.as('count')])
          .whereRef('broadcastId', '=', 'b.id')
          .groupBy('what')
          .having(sql`sum(count)`, '>', 0)
          .orderBy(sql`sum(count)`, 'desc')
          .orderBy('what'),
      ).as('tallies'),
    ])
    .where('b.id', 'in', ids)
    .$castTo<ReportRow>()
    .execute();
}

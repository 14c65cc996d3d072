import { Injectable, Logger } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { longTransaction } from '../../../database/long-transaction.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

const ANALYZE_SECONDS = 600;
/** Samples 6,000 rows instead of 30,000: enough while a table doubles again and again; autovacuum samples more. */
const STATISTICS_TARGET = 20;

/**
 * Analyses tables that have grown to twice what the planner knows, or that were analysed while their first rows were not
 * committed and so are taken for empty. A plan that was made for an empty table may walk an
 * index whole, and each connection keeps its plan until the table's statistics change; autovacuum comes once a minute,
 * with few workers.
 */
@Injectable()
export class TableStatistics implements PeriodicTask {
  readonly what = 'statistics';
  readonly everyMs = 10_000;
  readonly #logger = new Logger(TableStatistics.name);
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  /** Never fails: nothing depends on statistics but speed. */
  async run(): Promise<void> {
    try {
      for (const table of await this.#grown())
        // A table that is locked is skipped: another session is analysing or changing it. The next run sees.
        await longTransaction(this.#db, ANALYZE_SECONDS, async (tx) => {
          await sql`set local default_statistics_target = ${sql.lit(STATISTICS_TARGET)}`.execute(
            tx,
          );
          await sql`analyze (skip_locked) ${sql.table(table)}`.execute(tx);
        });
    } catch (err) {
      this.#logger.warn({ err }, 'tables that have grown could not be analysed');
    }
  }

  /** A table below half a megabyte is read at once, whatever the plan. */
  async #grown(): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      select relname as name from pg_class
      where relkind = 'r' and relnamespace = current_schema()::regnamespace and relpersistence <> 't'
        and (
          pg_relation_size(oid) >= 2 * greatest(relpages, 32) * current_setting('block_size')::bigint
          or relpages >= 32 and pg_stat_get_live_tuples(oid) >= 2 * greatest(reltuples, 500)
        )
      order by relname`.execute(this.#db);
    return rows.map(({ name }) => name);
  }
}

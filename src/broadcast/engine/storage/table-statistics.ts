import { Injectable, Logger } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import { longTransaction } from '../../../database/long-transaction.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

const ANALYZE_SECONDS = 600;
/** Samples 6,000 rows instead of 30,000: enough while a table doubles again and again; autovacuum samples more. */
const STATISTICS_TARGET = 20;
/** A table with fewer is read at once, whatever the plan. */
const FEW_ROWS = sql.lit(1_000);
/** Nobody waits longer for the lock of a table that another session changes. */
const LOCK_PATIENCE = sql.lit('1s');

/**
 * Analyses tables that have grown to twice what the planner knows. A plan that was made for an empty table may walk an
 * index whole, and each connection keeps its plan until the table's statistics change; autovacuum comes once a minute,
 * with few workers. A table whose rows are not committed yet is left alone: analysed, it would pass for empty although
 * it has pages, which is worse than if nothing were known. One that somebody else has analysed so is analysed again.
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
      for (const table of await this.#grown()) await this.#analyze(table);
    } catch (err) {
      this.#logger.warn({ err }, 'nobody knows which tables have grown: none was analysed');
    }
  }

  /** A table that is locked is skipped: another session is analysing or changing it. The next run sees. */
  async #analyze(table: string): Promise<void> {
    try {
      await longTransaction(this.#db, ANALYZE_SECONDS, async (tx) => {
        await sql`set local lock_timeout = ${LOCK_PATIENCE}`.execute(tx);
        if (!(await this.#isFilled(tx, table))) return;
        await sql`set local default_statistics_target = ${sql.lit(STATISTICS_TARGET)}`.execute(tx);
        await sql`analyze (skip_locked) ${sql.table(table)}`.execute(tx);
      });
    } catch (err) {
      this.#logger.warn({ table, err }, 'a table that has grown could not be analysed');
    }
  }

  /** Whether others see rows in its pages, so that statistics of it say what will be found there. */
  async #isFilled(tx: Transaction<BroadcastTables>, table: string): Promise<boolean> {
    const { rows } = await sql<{ filled: boolean }>`
      select count(*) >= ${FEW_ROWS} as filled from (
        select from ${sql.table(table)} limit ${FEW_ROWS}
      ) first_ones`.execute(tx);
    return rows[0]?.filled === true;
  }

  /** A table below half a megabyte is read at once, whatever the plan. */
  async #grown(): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      select relname as name from pg_class
      where relkind = 'r' and relnamespace = current_schema()::regnamespace and relpersistence <> 't'
        and (
          pg_relation_size(oid) >= 2 * greatest(relpages, 32) * current_setting('block_size')::bigint
          or relpages >= 32 and pg_stat_get_live_tuples(oid) >= 2 * greatest(reltuples, ${FEW_ROWS})
        )
      order by relname`.execute(this.#db);
    return rows.map(({ name }) => name);
  }
}

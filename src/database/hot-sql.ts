import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { isStalePlan } from './session/sqlstate.js';

/** A statement of the hot path: its name makes it a prepared one, parsed once per connection. */
export interface HotStatement {
  readonly name: string;
  readonly text: string;
}

/** What Kysely makes of a statement. */
export interface CompiledText {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Where hot statements run: on any connection of the pool, or inside one transaction. */
export interface HotRunner {
  /** Rows as selected: snake_case, `bigint` as text, `timestamptz` as `Date`. */
  query<Row>(statement: HotStatement, values: readonly unknown[]): Promise<Row[]>;
}

/** Hears of every hot statement that succeeded: its name, what it was given, and how long it took. */
export type StatementListener = (name: string, values: readonly unknown[], seconds: number) => void;

/**
 * Runs the statements that every message passes through. Their pool discourages sequential scans
 * and hash joins: a new broadcast is always unknown to the planner's statistics, and would
 * otherwise be walked whole.
 */
@Injectable()
export class HotSql implements HotRunner {
  #listener: StatementListener = () => {};
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** There is one listener, which measures. It must not throw. */
  listen(listener: StatementListener): void {
    this.#listener = listener;
  }

  query<Row>(statement: HotStatement, values: readonly unknown[]): Promise<Row[]> {
    return this.#replanned(() => this.#run<Row>(this.#pool, statement, values));
  }

  /** A statement whose text depends on what is asked for: planned with the same settings, and not kept. */
  async read<Row>({ sql: text, parameters }: CompiledText): Promise<Row[]> {
    const { rows } = await this.#pool.query({ text, values: [...parameters] });
    return rows as Row[];
  }

  /** `work` may be done again from its beginning, after nothing of it was kept. */
  transaction<T>(work: (tx: HotRunner) => Promise<T>): Promise<T> {
    return this.#replanned(() => this.#transaction(work));
  }

  /**
   * After a migration a connection refuses for ever the prepared statements whose result has changed. So it is
   * destroyed and the next one is tried, at most as often as the pool has connections.
   */
  async #replanned<T>(work: () => Promise<T>): Promise<T> {
    for (let left = this.#pool.options.max; ; left--) {
      try {
        return await work();
      } catch (error) {
        if (left <= 0 || !isStalePlan(error)) throw error;
      }
    }
  }

  async #transaction<T>(work: (tx: HotRunner) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const result = await work({
        query: <Row>(statement: HotStatement, values: readonly unknown[]) =>
          this.#run<Row>(client, statement, values),
      });
      await client.query('commit');
      return result;
    } catch (error) {
      // A connection on which even the rollback fails is not given back to the pool.
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      if (isStalePlan(error)) broken = error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #run<Row>(
    on: pg.Pool | pg.PoolClient,
    { name, text }: HotStatement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    const startedAt = performance.now();
    const { rows } = await on.query({ name, text, values: values as unknown[] });
    this.#listener(name, values, (performance.now() - startedAt) / 1_000);
    return rows as Row[];
  }
}

/**
 * Session settings of the hot pool: nested loops over indexes are the only plan left. Bitmaps would
 * read thousands of entries of one index to save a look at a row.
 *
 * Partition pruning is off: pruning while a statement runs, in the nested loop of an update whose
 * plan is cached, ends PostgreSQL 18.4 with a segmentation fault (docs/decisions/0010).
 */
export const HOT_SETTINGS = {
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_bitmapscan: 'off',
  enable_material: 'off',
  enable_partition_pruning: 'off',
  jit: 'off',
  plan_cache_mode: 'force_generic_plan',
} as const;

export const HOT_OPTIONS = Object.entries(HOT_SETTINGS)
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ');

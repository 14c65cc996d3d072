import pg from 'pg';

/** One commit that stands until it is opened. */
export interface StandingCommit {
  readonly reached: Promise<void>;
  open(): void;
}

/** Makes whoever commits through its pools stand right before the commit, when a test wants it. */
export class CommitGate {
  #closed: { passing: number; reach: () => void; readonly opened: Promise<void> } | undefined;

  /** Lets `passing` commits through; the one after them stands. */
  close(passing = 0): StandingCommit {
    const reached = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    this.#closed = { passing, reach: reached.resolve, opened: opened.promise };
    return { reached: reached.promise, open: opened.resolve };
  }

  async pass(): Promise<void> {
    const closed = this.#closed;
    if (!closed || closed.passing-- > 0) return;
    this.#closed = undefined;
    closed.reach();
    await closed.opened;
  }

  /**
   * A pool as `HotSql` and Kysely use one: promises only. A statement outside of a transaction becomes
   * one of its own, so that it, too, stands between its work and its commit.
   */
  pool(config: pg.PoolConfig): pg.Pool {
    const pool = new pg.Pool(config);
    // A test's database is dropped while the last goodbyes are still on their way.
    pool.on('connect', (client) => client.on('error', () => undefined));
    const gated = {
      connect: async () => this.#gated(await pool.connect()),
      query: async (statement: pg.QueryConfig) => {
        const client = await pool.connect();
        try {
          await client.query('begin');
          const result = await client.query(statement);
          await this.pass();
          await client.query('commit');
          return result;
        } catch (error) {
          await client.query('rollback');
          throw error;
        } finally {
          client.release();
        }
      },
      options: pool.options,
      end: () => pool.end(),
    };
    return gated as unknown as pg.Pool;
  }

  #gated(client: pg.PoolClient): Pick<pg.PoolClient, 'query' | 'release'> {
    const query = async (statement: pg.QueryConfig | string, values?: unknown[]) => {
      const text = typeof statement === 'string' ? statement : statement.text;
      if (text === 'commit') await this.pass();
      return typeof statement === 'string'
        ? client.query(statement, values)
        : client.query(statement);
    };
    return {
      query: query as pg.PoolClient['query'],
      release: (broken) => client.release(broken),
    };
  }
}

import pg from 'pg';
import { waitUntil } from '../world/polling.js';
import type { PostgresStore } from '../world/postgres-store.js';

/** An expansion that has not come within this time is not coming; what waits for the release then goes on. */
const TIMEOUT_MS = 15_000;
const POLL_MS = 20;

/** Stops the expansion of a broadcast between two of its pages, whatever their size. */
export class PageGate {
  readonly #session: pg.Client;

  private constructor(session: pg.Client) {
    this.#session = session;
  }

  /**
   * Locks the table while a page is under way: the lock is granted when that page commits, and before the next one
   * may begin. The page waits meanwhile for the broadcast's row, so that it is under way for sure.
   *
   * @param begin lets the expansion come; it must not have come before
   * @returns undefined where no page was left
   */
  static async close(
    postgres: PostgresStore,
    broadcastId: string,
    begin: () => Promise<void>,
  ): Promise<PageGate | undefined> {
    const row = await openSession(postgres.directUrl);
    const table = await openSession(postgres.directUrl);
    try {
      await row.query('begin');
      await row.query('select from broadcast where id = $1 for update', [broadcastId]);
      await begin();
      await waitForLock(postgres, 'a page to begin', '%expand_cursor%for update');
      const granted = table.query('begin; lock table broadcast in exclusive mode');
      granted.catch(() => {}); // awaited below
      await waitForLock(postgres, 'the lock to be asked for', '%lock table%');
      await row.query('rollback');
      await granted;
      const { rowCount } = await table.query(
        `select from broadcast
         where id = $1 and expand_cursor is not null and expanded_at is null`,
        [broadcastId],
      );
      if (rowCount === 1) return new PageGate(table);
      await table.end();
      return undefined;
    } catch (error) {
      await table.end();
      throw error;
    } finally {
      await row.end();
    }
  }

  async open(): Promise<void> {
    await this.#session.end();
  }
}

async function openSession(url: string): Promise<pg.Client> {
  const session = new pg.Client({ connectionString: url });
  // A server that is stopped ends this session, too; then the gate is open.
  session.on('error', () => {});
  await session.connect();
  return session;
}

/** A session of its own for each look: one within a transaction sees the same activity again and again. */
const waitForLock = (postgres: PostgresStore, what: string, statement: string): Promise<void> =>
  waitUntil(
    what,
    TIMEOUT_MS,
    async () => {
      const waiting = await postgres.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like $1`,
        [statement],
      );
      return waiting.length > 0;
    },
    POLL_MS,
  );

import pg from 'pg';
import { waitUntil } from '../world/polling.js';
import type { PostgresStore } from '../world/postgres-store.js';

/** An expansion that has not begun within this time will not begin. Then the release continues. */
const TIMEOUT_MS = 15_000;
const POLL_MS = 20;

/** Stops the expansion of a broadcast between two of its pages. */
export class PageGate {
  readonly #session: pg.Client;

  private constructor(session: pg.Client) {
    this.#session = session;
  }

  /**
   * Locks the table while a page is in progress. The lock is granted when that page commits, before the next one
   * begins. A lock on the row of the broadcast keeps the page in progress until then.
   *
   * @param begin starts the expansion, which must not have started before
   * @returns undefined if no page was left
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
  // A stopped server also ends this session, which opens the gate.
  session.on('error', () => {});
  await session.connect();
  return session;
}

/** Each poll has its own session, because within a transaction the seen activity does not change. */
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

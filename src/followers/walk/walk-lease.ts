import { type QueryExecutorProvider, sql } from 'kysely';
import type { SyncProblem } from '../record/sync-problem.js';

/** Where a kind of walk is on record: its row, the pages it has read, and the lots it has yet to part with. */
export interface WalkTables {
  readonly sync: 'follower_sync' | 'tag_sync';
  readonly pages: 'follower_walk_page' | 'tag_walk_page';
  readonly partings: 'follower_parting' | 'tag_parting';
}

/** A walk as one worker knows it: its writes count only while the row still says the same. */
export interface Walk {
  readonly accountId: number;
  readonly walk: number;
}

/** Who is on a walk, and how it ends without its result: the same for every list that is read from WeChat. */
export class WalkLease {
  readonly #db: QueryExecutorProvider;
  readonly #tables: WalkTables;

  constructor(db: QueryExecutorProvider, tables: WalkTables) {
    this.#db = db;
    this.#tables = tables;
  }

  /** Records that a worker is on the walk, though it waits. False: the walk has ended. */
  async keepAlive({ accountId, walk }: Walk): Promise<boolean> {
    const { numAffectedRows } = await sql`
      update ${sql.table(this.#tables.sync)}
      set alive_at = clock_now(), taken_at = coalesce(taken_at, clock_now())
      where account_id = ${accountId} and walk = ${walk} and state = 'running'`.execute(this.#db);
    return (numAffectedRows ?? 0n) > 0n;
  }

  /** Takes the walks without a sign of life. Each caller gets others, and the same one only after another silence. */
  async takeSilent(silence: string): Promise<number[]> {
    const syncs = sql.table(this.#tables.sync);
    const { rows } = await sql<{ accountId: number }>`
      update ${syncs} set alive_at = clock_now()
      where account_id in (
        select account_id from ${syncs}
        where state = 'running' and alive_at < clock_now() - ${silence}::interval
        order by account_id
        for update skip locked
      )
      returning account_id`.execute(this.#db);
    return rows.map(({ accountId }) => accountId);
  }

  /** Ends a walk without its result: it parts with nobody further, and what was confirmed before stays so. */
  async fail({ accountId, walk }: Walk, problem: SyncProblem): Promise<void> {
    await sql`
      with failed as (
        update ${sql.table(this.#tables.sync)}
        set state = 'failed', finished_at = clock_now(), alive_at = clock_now(),
            problem = ${JSON.stringify(problem)}::jsonb
        where account_id = ${accountId} and walk = ${walk} and state = 'running'
        returning account_id
      ), pages as (
        delete from ${sql.table(this.#tables.pages)} page using failed
        where page.account_id = failed.account_id
      )
      delete from ${sql.table(this.#tables.partings)} lot using failed
      where lot.account_id = failed.account_id`.execute(this.#db);
  }
}

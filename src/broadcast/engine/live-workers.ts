import { type Kysely, sql } from 'kysely';

/** A worker process that was not seen for so long is dead, or frozen. */
export const ALIVE = `interval '15 seconds'`;

/** Whether any process with the role `worker` has been seen lately. */
export async function hasLiveWorker<Tables>(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ lives: boolean }>`
    select exists (select from worker_process
      where seen_at > clock_now() - ${sql.raw(ALIVE)}) as lives`.execute(db);
  return rows[0]?.lives === true;
}

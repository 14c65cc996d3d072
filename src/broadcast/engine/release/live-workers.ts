import { type Kysely, sql } from 'kysely';
import { ALIVE } from './release.statements.js';

/** Whether any process with the role `worker` has been seen lately. */
export async function hasLiveWorker<Tables>(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ lives: boolean }>`
    select exists (select from worker_process
      where seen_at > clock_now() - ${sql.raw(ALIVE)}) as lives`.execute(db);
  return rows[0]?.lives === true;
}

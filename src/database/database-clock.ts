import { type QueryExecutorProvider, sql } from 'kysely';
import { cannotStart } from '../kernel/start-fault.js';
import { SafeClient } from './session/safe-client.js';
import { sessionOn } from './session/session.js';

const MOST_MS = 5_000;

/** Ages are computed in SQL; a process whose clock says something else would act on the wrong ones. */
export async function refuseForeignClock(url: string): Promise<void> {
  const client = new SafeClient(sessionOn(url, 'general'));
  await client.connect();
  try {
    const before = Date.now();
    const { rows } = await client.query<{ at: Date }>('select clock_timestamp() as at');
    // The database read its clock at some moment between the two readings of ours.
    const theirs = (rows[0] as { at: Date }).at.getTime();
    const off = Math.max(before - theirs, theirs - Date.now(), 0);
    if (off > MOST_MS)
      throw cannotStart(
        `本机与数据库的时钟相差 ${Math.round(off / 1_000)} 秒，最多允许 ${MOST_MS / 1_000} 秒：请用 NTP 校准两边。`,
        `this machine's clock and the database's are ${Math.round(off / 1_000)} s apart, ` +
          `at most ${MOST_MS / 1_000} s are allowed: synchronise both with NTP`,
      );
  } finally {
    await client.end();
  }
}

/** The time of the database, once, so that what happens at once carries one time. */
export async function instant(db: QueryExecutorProvider): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_now() as "now"`.execute(db);
  return (rows[0] as { now: Date }).now;
}

import { type QueryExecutorProvider, sql } from 'kysely';
import { cannotStart } from '../kernel/start-fault.js';
import { SafeClient } from './session/safe-client.js';
import { sessionOn } from './session/session.js';

const LIMIT_MS = 5_000;

/** Ages are computed in SQL: a process whose clock differs from the database's would act on wrong ones. */
export async function refuseForeignClock(url: string): Promise<void> {
  const client = new SafeClient(sessionOn(url, 'general'));
  await client.connect();
  try {
    const before = Date.now();
    const { rows } = await client.query<{ at: Date }>('select clock_timestamp() as at');
    // The database read its clock at some moment between the two readings of ours.
    const theirs = (rows[0] as { at: Date }).at.getTime();
    const off = Math.max(before - theirs, theirs - Date.now(), 0);
    if (off > LIMIT_MS)
      throw cannotStart(
        `本机与数据库的时钟相差 ${Math.round(off / 1_000)} 秒，最多允许 ${LIMIT_MS / 1_000} 秒：请用 NTP 校准两边。`,
        `this machine's clock and the database's are ${Math.round(off / 1_000)} s apart, ` +
          `at most ${LIMIT_MS / 1_000} s are allowed: synchronise both with NTP`,
      );
  } finally {
    await client.end();
  }
}

/** The database's time, read once, so that rows that are written together carry the same time. */
export async function instant(db: QueryExecutorProvider): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_now() as "now"`.execute(db);
  return (rows[0] as { now: Date }).now;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { EngineWorker } from '../../../support/worlds/engine-worker.js';
import type { EngineWorld } from '../../../support/worlds/engine-world.js';

/** Whether the worker's statement waits for a lock that somebody else has. */
async function isBlocked({ db }: EngineWorld, { name }: EngineWorker): Promise<boolean> {
  const { rows } = await sql`
    select from pg_stat_activity where datname = current_database()
      and application_name = ${name} and wait_event_type = 'Lock'`.execute(db);
  return rows.length > 0;
}

/** Resolves once the work has ended, or cannot go on before somebody else does. */
export async function endedOrBlocked(
  world: EngineWorld,
  worker: EngineWorker,
  work: Promise<unknown>,
): Promise<void> {
  let isOver = false;
  const over = work.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  while (!isOver && !(await isBlocked(world, worker))) await Promise.race([over, sleep(2)]);
}

interface Runner {
  readonly worker: EngineWorker;
  /** Commits of the first that come before the one at which it stands. */
  readonly passing?: number;
  run(): Promise<unknown>;
}

/**
 * The first does its work and stands right before its commit; the second runs until it has ended or
 * waits for the first; then the first commits, and both end.
 */
export async function race(world: EngineWorld, first: Runner, second: Runner): Promise<void> {
  const commit = first.worker.gate.close(first.passing);
  const one = first.run();
  const ended = one.then(() => 'ended');
  if ((await Promise.race([commit.reached, ended])) === 'ended')
    throw new Error('the first never came to its commit');
  const other = second.run();
  await endedOrBlocked(world, second.worker, other);
  commit.open();
  await Promise.all([one, other]);
}

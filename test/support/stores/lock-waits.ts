import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';

type Locking = (tx: Transaction<BroadcastTables>) => Promise<unknown>;

/** Waits until so many statements in this database wait for a lock. */
async function untilWaiting(db: Kysely<BroadcastTables>, statements = 1): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ waiting: number }>`
      select count(*)::integer as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
    if ((rows[0]?.waiting ?? 0) >= statements) return;
    await sleep(20);
  }
}

/** The row of a broadcast, which every decision about it locks. */
export const rowOf =
  (id: string): Locking =>
  (tx) =>
    tx.selectFrom('broadcast').select('id').where('id', '=', id).forUpdate().execute();

/** What a decision writes once it has the row: whoever waits here has it. */
export const eventsOfAll: Locking = (tx) =>
  sql`lock table broadcast_event in share mode`.execute(tx);

/**
 * Holds a lock until all of `works` wait, begun one after the other; then does `last` and lets them through. So whoever
 * is meant to be first is first, on every machine.
 */
export async function inTurn<T extends readonly unknown[]>(
  db: Kysely<BroadcastTables>,
  hold: Locking,
  works: { readonly [I in keyof T]: () => Promise<T[I]> },
  last: Locking = () => Promise.resolve(),
): Promise<T> {
  const begun = await db.transaction().execute(async (tx) => {
    await hold(tx);
    const all: Promise<unknown>[] = [];
    for (const work of works) {
      all.push(work());
      await untilWaiting(db, all.length);
    }
    await last(tx);
    // In an array of its own: it would be awaited with the transaction, which they wait for.
    return [Promise.all(all)];
  });
  return (await begun[0]) as unknown as T;
}

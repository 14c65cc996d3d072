import { type Kysely, sql, type Transaction } from 'kysely';
import { longTransaction } from '../../database/long-transaction.js';

/** What comparing tens of millions of people may take; nothing but its walk waits for it. */
const SECONDS = 900;

/** A transaction of a walk whose statements rightly take long. */
export const longStep = <Tables, T>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<T>,
): Promise<T> => longTransaction(db, SECONDS, work);

/**
 * The step that compares what is on record with all pages of a list. The planner does not know how many openids the
 * pages hold, so we forbid it a nested loop.
 */
export const comparison = <Tables, T>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<T>,
): Promise<T> =>
  longStep(db, async (tx) => {
    await sql`set local enable_nestloop = off`.execute(tx);
    await sql`set local jit = off`.execute(tx);
    await sql`set local work_mem = '64MB'`.execute(tx);
    return work(tx);
  });

/** A walk of this size may have changed its table so much that it must be analysed. */
const ANALYZE_FROM = 50_000;

/**
 * Takes a table's statistics anew after a large walk: until then the planner would sort everybody for every page of an
 * audience.
 */
export async function analyzeAfter<Tables>(
  seen: number,
  db: Kysely<Tables>,
  table: 'follower' | 'follower_tag',
): Promise<void> {
  if (seen < ANALYZE_FROM) return;
  await longStep(db, (tx) => sql`analyze ${sql.table(table)}`.execute(tx));
}

import { type Kysely, sql, type Transaction } from 'kysely';
import { lockPartitions, type Month, monthOfPartition } from './delivery-month.js';

/**
 * Makes the partition as a table of its own and then attaches it: `create table … partition of` would lock out everyone
 * who reads or writes the parent while it waits for its own lock. `fill` moves rows there that lie elsewhere.
 */
export async function ensurePartition<Tables>(
  db: Kysely<Tables>,
  parent: string,
  suffix: string,
  [from, to]: readonly [string, string],
  options: string,
  fill: (tx: Transaction<Tables>, partition: string) => Promise<void> = async () => {},
): Promise<void> {
  const partition = `${parent}_${suffix}`;
  if (await isAttached(db, partition)) return;
  await db.transaction().execute(async (tx) => {
    await lockPartitions(tx);
    if (await isAttached(tx, partition)) return;
    await sql`
      create table if not exists ${sql.table(partition)}
        (like ${sql.table(parent)} including defaults including constraints) ${sql.raw(options)}`.execute(
      tx,
    );
    await fill(tx, partition);
    await sql`
      alter table ${sql.table(parent)} attach partition ${sql.table(partition)}
        for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(tx);
  });
}

async function isAttached<Tables>(db: Kysely<Tables>, partition: string): Promise<boolean> {
  const { rows } = await sql`
    select from pg_inherits where inhrelid = to_regclass(${partition})`.execute(db);
  return rows.length > 0;
}

/** Months that have a partition of the parent and ended at that moment or before. */
export async function monthsUntil<Tables>(
  db: Kysely<Tables>,
  parent: string,
  moment: number,
): Promise<Month[]> {
  const { rows } = await sql<{ name: string }>`
    select inhrelid::regclass::text as name from pg_inherits
    where inhparent = ${parent}::regclass order by 1`.execute(db);
  return rows
    .map(({ name }) => monthOfPartition(name))
    .filter((month) => month !== undefined && month.to.getTime() <= moment)
    .map((month) => month as Month);
}

export async function dropPartition<Tables>(
  tx: Transaction<Tables>,
  parent: string,
  month: Month,
): Promise<boolean> {
  if (!(await detachPartition(tx, parent, month))) return false;
  await sql`drop table ${sql.table(`${parent}_${month.suffix}`)}`.execute(tx);
  return true;
}

/** False where another worker has dropped it. It is detached before it is dropped: so the parent is locked briefly. */
export async function detachPartition<Tables>(
  tx: Transaction<Tables>,
  parent: string,
  { suffix }: Month,
): Promise<boolean> {
  const partition = `${parent}_${suffix}`;
  const { rows } = await sql`
    select from pg_inherits where inhrelid = to_regclass(${partition})`.execute(tx);
  if (rows.length === 0) return false;
  await sql`alter table ${sql.table(parent)} detach partition ${sql.table(partition)}`.execute(tx);
  return true;
}

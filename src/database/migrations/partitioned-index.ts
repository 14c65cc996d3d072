import { type Kysely, sql } from 'kysely';
import { buildConcurrently } from './concurrent-index.js';
import { patiently } from './patient-ddl.js';

export interface PartitionedIndex {
  readonly name: string;
  /** A partitioned table of one level. */
  readonly table: string;
  /** What stands behind the table's name: `(openid, broadcast_id) where …`. */
  readonly definition: string;
}

/**
 * Gives a partitioned table an index while it is written to: on each partition `concurrently`, then on the parent
 * `only`, then the ones are attached to the other. For a migration that runs in no transaction. It may be cut off
 * anywhere and run again. Partitions that are attached from then on get the same index from the parent.
 */
export async function addPartitionedIndex(
  db: Kysely<unknown>,
  index: PartitionedIndex,
): Promise<void> {
  for (const partition of await partitionsWithout(db, index)) await build(db, index, partition);
  await patiently(db, async (tx) => {
    await sql`
      create index if not exists ${sql.id(index.name)}
        on only ${sql.table(index.table)} ${sql.raw(index.definition)}`.execute(tx);
  });
  // Again: a partition may have been attached since the first query, before the parent's index was made.
  for (const partition of await partitionsWithout(db, index)) {
    await build(db, index, partition);
    await patiently(db, async (tx) => {
      await sql`
        alter index ${sql.id(index.name)} attach partition ${sql.id(nameOn(index, partition))}`.execute(
        tx,
      );
    });
  }
}

/** Postgres cuts names after 63 bytes; two cut ones could be the same. */
const nameOn = ({ name }: PartitionedIndex, partition: string): string => `${partition}_${name}`;

async function build(
  db: Kysely<unknown>,
  index: PartitionedIndex,
  partition: string,
): Promise<void> {
  const name = nameOn(index, partition);
  if (Buffer.byteLength(name) > 63) throw new Error(`${name} is too long for an index`);
  await buildConcurrently(db, { name, table: partition, definition: index.definition });
}

/** Those of its partitions that have no part of the parent's index yet. */
async function partitionsWithout(
  db: Kysely<unknown>,
  { name, table }: PartitionedIndex,
): Promise<string[]> {
  const { rows } = await sql<{ partition: string }>`
    select child.relname as partition
    from pg_inherits i join pg_class child on child.oid = i.inhrelid
    where i.inhparent = to_regclass(${table})
      and not exists (
        select from pg_inherits part join pg_index x on x.indexrelid = part.inhrelid
        where part.inhparent = to_regclass(${name}) and x.indrelid = child.oid)
    order by child.relname`.execute(db);
  return rows.map(({ partition }) => partition);
}

import { type Kysely, sql } from 'kysely';

export interface ConcurrentIndex {
  readonly name: string;
  readonly table: string;
  /** What stands behind the table's name: `(openid, broadcast_id) where …`. */
  readonly definition: string;
}

/**
 * Builds an index while its table is written to. For a migration that runs in no transaction: it may be cut off
 * anywhere and run again. `concurrently` leaves an invalid index where it was cut off, and `if not exists` would be
 * content with it.
 */
export async function buildConcurrently(
  db: Kysely<unknown>,
  { name, table, definition }: ConcurrentIndex,
): Promise<void> {
  const { rows } = await sql<{ indisvalid: boolean }>`
    select indisvalid from pg_index where indexrelid = to_regclass(${name})`.execute(db);
  if (rows[0]?.indisvalid === true) return;
  await sql`drop index concurrently if exists ${sql.id(name)}`.execute(db);
  await sql`
    create index concurrently ${sql.id(name)}
      on ${sql.table(table)} ${sql.raw(definition)}`.execute(db);
}

import { type Kysely, sql } from 'kysely';

export const name = '0025-old-keys';

/** Built while keys are written to. Cut off, it leaves an invalid index, which `if not exists` would be content with. */
export const transaction = 'none';

/** Keys of creates are given up by their age, page by page. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index concurrently if exists idempotency_key_created_at`.execute(db);
  await sql`
    create index concurrently idempotency_key_created_at on idempotency_key (created_at)`.execute(
    db,
  );
}

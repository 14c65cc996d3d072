import { type Kysely, sql } from 'kysely';

export const name = '0027-keys-of-a-broadcast';

/** Built while keys are written to. Cut off, it leaves an invalid index, which `if not exists` would be content with. */
export const transaction = 'none';

/** A draft that is deleted takes the key of its creation along, found among those of millions of single messages. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index concurrently if exists idempotency_key_of_broadcast`.execute(db);
  await sql`
    create index concurrently idempotency_key_of_broadcast on idempotency_key (broadcast_id)`.execute(
    db,
  );
}

import { type Kysely, sql } from 'kysely';

export const name = '0017-reviewing';

/**
 * WeChat's review has the message (40252). Alone: PostgreSQL does not let a new label be used before the migration
 * that adds it has committed.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter type delivery_state add value if not exists 'reviewing' after 'accepted'`.execute(
    db,
  );
}

import { type Kysely, sql } from 'kysely';

export const name = '0062-walks-taken';

/** When a worker took a walk of the followers; null while none has. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table follower_sync add column taken_at timestamptz`.execute(db);
}

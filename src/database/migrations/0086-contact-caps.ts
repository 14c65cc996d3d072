import { type Kysely, sql } from 'kysely';
import { patiently } from './patient-ddl.js';

export const name = '0086-contact-caps';
export const transaction = 'none';

/** Why a broadcast goes past what its account lets people get; null where it does not. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await patiently(db, async (tx) => {
    await sql`alter table broadcast add column if not exists contact_cap jsonb`.execute(tx);
  });
}

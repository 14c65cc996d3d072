import { type Kysely, sql } from 'kysely';

export const name = '0049-holds-by-name';

/**
 * Each hold has an id, by which a person lifts it, and says who it is from. Two people who pause have a hold each; of
 * every other reason there is one, as before.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table broadcast_hold
      add column id uuid not null default gen_random_uuid(),
      add column by jsonb,
      add column note text,
      -- who paused; empty for the reasons of which there is one
      add column holder text not null default '',
      drop constraint broadcast_hold_pkey,
      add constraint broadcast_hold_pkey primary key (broadcast_id, reason, holder)`.execute(db);
}

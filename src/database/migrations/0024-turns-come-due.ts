import { type Kysely, sql } from 'kysely';

export const name = '0024-turns-come-due';

/** Many accounts release together, each when its turn has come, and know of each other what they need. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table release_turn
      -- before this its rate yields too little to look again
      add column due_at timestamptz not null default '-infinity',
      -- after its last turn it could have used more
      add column waiting boolean not null default false,
      -- jobs handed out and not claimed, as of its last turn
      add column queued integer not null default 0`.execute(db);
}

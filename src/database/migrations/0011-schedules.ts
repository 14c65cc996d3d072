import { type Kysely, sql } from 'kysely';

export const name = '0011-schedules';

/** When a broadcast starts, and at which hours it sends. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table broadcast
      add column start_at timestamptz,
      -- the zone in which people named the time, for showing it
      add column start_zone text,
      -- who receives a scheduled broadcast: whoever is there at its creation, or at its start
      add column freeze_audience text not null default 'start'
        check (freeze_audience in ('creation', 'start')),
      -- { from, to, zone }; null: at any hour
      add column send_hours jsonb,
      -- the end of the present send hours: nothing is claimed from then on
      add column sends_until timestamptz,
      -- when its deliveries were given up to retention
      add column purged_at timestamptz`.execute(db);
  // One that was cancelled before its start may have rows to close.
  await sql`drop index broadcast_open`.execute(db);
  await sql`create index broadcast_open on broadcast (account_id, id) where closed_at is null`.execute(
    db,
  );
  await sql`create index broadcast_scheduled on broadcast (start_at) where state = 'scheduled'`.execute(
    db,
  );
}

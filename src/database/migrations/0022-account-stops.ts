import { type Kysely, sql } from 'kysely';

export const name = '0022-account-stops';

/**
 * A claim reads its account as it was when its statement began. Whoever waited for the pace row meanwhile must not be
 * granted what a hold, a fault, a lower rate or a lower quota has just taken away: it finds `stops` changed. A trigger,
 * so that no writer of these columns can forget it. Lock order: account, then pace.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function account_stops_claims() returns trigger language plpgsql as $$
    begin
      update pace set stops = stops + 1 where account_id = new.id;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger account_stops_claims
      after update of held_at, fault, sends_per_second, daily_quota, quota_reserve_percent on account
      for each row
      when ((old.held_at, old.fault, old.sends_per_second, old.daily_quota, old.quota_reserve_percent)
        is distinct from
        (new.held_at, new.fault, new.sends_per_second, new.daily_quota, new.quota_reserve_percent))
      execute function account_stops_claims()`.execute(db);
}

import { type Kysely, sql } from 'kysely';

export const name = '0001-clock';

/**
 * `clock_now()` is the only time that our SQL reads. It moves with the test clock, whose offset
 * every connection of ours carries as the setting `weicast.clock_offset_ms`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function clock_now() returns timestamptz language sql volatile as $$
      select clock_timestamp()
        + coalesce(nullif(current_setting('weicast.clock_offset_ms', true), ''), '0')::float8
          * interval '1 millisecond'
    $$`.execute(db);
}

import { type Kysely, sql } from 'kysely';

export const name = '0050-broadcast-pages';

/** What a page reads of broadcasts: who made them and acted on them, whether anything was sent, and how they moved. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table broadcast
      -- { kind, id, name } of whoever made it; null for those of an earlier release
      add column created_by jsonb,
      -- set when it closes; until then the counters say it
      add column any_sent boolean`.execute(db);
  await sql`
    update broadcast b set any_sent = exists (
      select from broadcast_counter c where c.broadcast_id = b.id
      having sum(accepted + reviewing + delivered + blocked + failed + refused + unknown) > 0
    )
    where state = 'cancelled' and closed_at is not null`.execute(db);

  // { kind, id, name }; null where the service itself did it.
  await sql`alter table broadcast_event add column actor jsonb`.execute(db);

  // Counters as they were at a moment. Rows that say the same as the one before are left out.
  await sql`
    create table broadcast_sample (
      broadcast_id uuid not null references broadcast (id) on delete cascade,
      at timestamptz not null,
      open bigint not null,
      accepted bigint not null,
      reviewing bigint not null,
      delivered bigint not null,
      blocked bigint not null,
      failed bigint not null,
      refused bigint not null,
      unknown bigint not null,
      skipped bigint not null,
      -- messages a second since the sample before, and what was allowed
      rate real not null,
      allowed real,
      primary key (broadcast_id, at)
    )`.execute(db);
}

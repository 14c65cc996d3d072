import { type Kysely, sql } from 'kysely';

/**
 * Whether any broadcast waits for a worker: it runs, is cancelled and not closed yet, or is to be expanded, and neither
 * it nor its account is held.
 */
export async function hasOpenWork<Tables>(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ waits: boolean }>`
    select exists (
      select from broadcast b join account a on a.id = b.account_id
      where b.closed_at is null
        and (b.state = 'cancelled'
          or a.held_at is null and a.fault is null
            and not exists (select from broadcast_hold h where h.broadcast_id = b.id)
            and (b.started_at is not null or b.state = 'scheduled'
              and b.freeze_audience = 'creation' and b.expanded_at is null))
    ) as waits`.execute(db);
  return rows[0]?.waits === true;
}

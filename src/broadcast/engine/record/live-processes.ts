import { type Kysely, sql } from 'kysely';

/** A process that was not seen for so long is dead, or frozen. */
export const ALIVE = `interval '15 seconds'`;

export type ProcessRole = 'api' | 'callback' | 'worker';

/** Roles of which no live process has been seen lately. Workers sign on and off by themselves. */
export async function missingRoles<Tables>(db: Kysely<Tables>): Promise<ProcessRole[]> {
  const { rows } = await sql<{ role: ProcessRole }>`
    select r.role from unnest(array['api', 'callback', 'worker']) r (role)
    where not exists (
      select from role_seen s
      where s.role = r.role and r.role <> 'worker' and s.seen_at > clock_now() - ${sql.raw(ALIVE)}
      union all
      select from worker_process w
      where r.role = 'worker' and w.seen_at > clock_now() - ${sql.raw(ALIVE)}
    )`.execute(db);
  return rows.map(({ role }) => role);
}

/** Writes down that live processes have these roles. Many may call it at once: few of them write. */
export async function tellRoles<Tables>(
  db: Kysely<Tables>,
  roles: readonly ProcessRole[],
): Promise<void> {
  await sql`
    insert into role_seen (role, seen_at)
    select role, clock_now() from unnest(${roles}::text[]) r (role) order by role
    on conflict (role) do update set seen_at = excluded.seen_at
      where role_seen.seen_at < excluded.seen_at - interval '2 seconds'`.execute(db);
}

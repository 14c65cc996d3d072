import { sql } from 'kysely';
import type { Grant } from './caller.js';
import type { Role } from './permissions.js';

interface GrantedRow {
  readonly role: Role;
  readonly appid: string | null;
}

/** The grants of an `operator` or an `api_key` of the statement around it, as rows in a JSON array. */
export const grantedTo = (holder: 'operator' | 'api_key') => sql<readonly GrantedRow[]>`(
  select coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'appid', a.appid)), '[]')
  from role_grant g left join account a on a.id = g.account_id
  where g.${sql.ref(`${holder}_id`)} = ${sql.ref(`${holder}.id`)})`;

/** One grant for each role on all accounts, and one for each role on some. */
export function toGrants(rows: readonly GrantedRow[]): Grant[] {
  const everywhere = rows.filter(({ appid }) => appid === null);
  const some = new Map<Role, string[]>();
  for (const { role, appid } of rows) {
    if (appid !== null) some.set(role, [...(some.get(role) ?? []), appid]);
  }
  return [
    ...everywhere.map(({ role }) => ({ appids: null, role })),
    ...[...some].map(([role, appids]) => ({ appids: appids.sort(), role })),
  ];
}

import type { Grant } from '../../access/caller.js';
import { type Role, ROLES } from '../../access/permissions.js';
import type { MappedRole, OidcSettings } from '../../config/config.js';
import { type Claims, claimAt, textsOf } from './claims.js';

type Mapping = Pick<OidcSettings, 'roleClaim' | 'accountsClaim' | 'roles'>;

/** In the claim of accounts: all of them, those to come included. */
const EVERY = '*';

/**
 * What the claims give somebody, one grant for each role on all accounts and one for each role on some; none where they
 * mean nothing here. Whether the accounts exist is for the caller to look at.
 */
export function grantsOfClaims(claims: Claims, mapping: Mapping): Grant[] {
  const held = new Map<Role, Set<string> | 'all'>();
  for (const { role, appids } of mappedBy(claims, mapping)) {
    const where = appids ?? accountsIn(claims, mapping);
    const before = held.get(role);
    if (where === 'all' || before === 'all') held.set(role, 'all');
    else if (where.length > 0) held.set(role, new Set([...(before ?? []), ...where]));
  }
  return ROLES.flatMap((role) => {
    const where = held.get(role);
    if (where === undefined) return [];
    return [{ appids: where === 'all' ? null : [...where].sort(), role }];
  });
}

interface Held extends Pick<MappedRole, 'appids'> {
  readonly role: Role;
}

function mappedBy(claims: Claims, { roleClaim, roles }: Mapping): Held[] {
  const values = textsOf(claimAt(claims, roleClaim));
  const meant: readonly MappedRole[] = roles
    ? values.flatMap((value) => roles.get(value) ?? [])
    : values.map((role) => ({ role, appids: undefined }));
  return meant.flatMap(({ role, appids }) => (isRole(role) ? [{ role, appids }] : []));
}

/** No claim of accounts is configured: on all. One is, and somebody has none: on none. */
function accountsIn(claims: Claims, { accountsClaim }: Mapping): readonly string[] | 'all' {
  if (accountsClaim === undefined) return 'all';
  const named = textsOf(claimAt(claims, accountsClaim));
  return named.includes(EVERY) ? 'all' : named.filter((appid) => /^wx[0-9a-f]{16}$/.test(appid));
}

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

/** The same rights, in whatever order they are told. */
export const areSameGrants = (one: readonly Grant[], other: readonly Grant[]): boolean =>
  namesOf(one).join() === namesOf(other).join();

const namesOf = (grants: readonly Grant[]): string[] =>
  grants
    .flatMap(({ appids, role }) => (appids ?? [EVERY]).map((appid) => `${role}@${appid}`))
    .sort();

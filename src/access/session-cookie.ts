import type { HttpConfig } from '../config/config.js';
import { basePathOf } from '../http/base-path.js';
import { LONGEST_DAYS } from './session.js';

type Place = Pick<HttpConfig, 'publicUrl'>;

const SESSION = 'weicast_session';
/** A cookie's value: a secret of ours, as `newSecret` makes it. */
const SECRET = '[\\w-]{43}';

/** Undefined for text that cannot be a token of ours: the database is not asked for it. */
export const sessionTokenOf = (
  cookieHeader: string | undefined,
  place: Place,
): string | undefined => secretIn(cookieHeader, SESSION, place);

/** The secret in the cookie of that name; undefined for one that cannot be ours. */
export const secretIn = (
  cookieHeader: string | undefined,
  name: string,
  place: Place,
): string | undefined =>
  new RegExp(`(?:^|;) *${nameAt(name, place)}=(${SECRET}) *(?:;|$)`).exec(cookieHeader ?? '')?.[1];

/** The Set-Cookie header; without a token it deletes the cookie. */
export const sessionCookie = (token: string | undefined, place: Place): string =>
  secretCookie(SESSION, token, place, { seconds: LONGEST_DAYS * 86_400, sameSite: 'Strict' });

/** The Set-Cookie header of a secret that no script reads; without one it deletes the cookie. */
export function secretCookie(
  name: string,
  secret: string | undefined,
  place: Place,
  { seconds, sameSite }: { readonly seconds: number; readonly sameSite: 'Strict' | 'Lax' },
): string {
  const path = basePathOf(place.publicUrl) || '/';
  const age = secret === undefined ? 0 : seconds;
  const attributes = `Max-Age=${age}; Path=${path}; HttpOnly; SameSite=${sameSite}`;
  return `${nameAt(name, place)}=${secret ?? ''}; ${attributes}${isSecure(place) ? '; Secure' : ''}`;
}

/**
 * Browsers accept a `__Host-` cookie only over https and only for the whole of the host that sets it, so neither a
 * neighbouring host nor plain http can plant one. With a path in the way, `__Secure-` keeps at least http out.
 */
function nameAt(name: string, place: Place): string {
  if (!isSecure(place)) return name;
  return basePathOf(place.publicUrl) === '' ? `__Host-${name}` : `__Secure-${name}`;
}

const isSecure = ({ publicUrl }: Place): boolean => publicUrl?.startsWith('https:') === true;

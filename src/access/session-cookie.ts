import type { HttpConfig } from '../config/config.js';
import { basePathOf } from '../http/base-path.js';
import { SESSION_HOURS } from './sessions.service.js';

type Place = Pick<HttpConfig, 'publicUrl'>;

/** Only what can be a token of ours: nothing else is worth a look at the database. */
export const sessionTokenOf = (
  cookieHeader: string | undefined,
  place: Place,
): string | undefined =>
  new RegExp(`(?:^|;) *${nameAt(place)}=([\\w-]{43}) *(?:;|$)`).exec(cookieHeader ?? '')?.[1];

/** The Set-Cookie header; without a token it takes the cookie away. */
export function sessionCookie(token: string | undefined, place: Place): string {
  const seconds = token === undefined ? 0 : SESSION_HOURS * 3600;
  const path = basePathOf(place.publicUrl) || '/';
  const attributes = `Max-Age=${seconds}; Path=${path}; HttpOnly; SameSite=Strict`;
  return `${nameAt(place)}=${token ?? ''}; ${attributes}${isSecure(place) ? '; Secure' : ''}`;
}

/**
 * Browsers take `__Host-` from the very host and its whole https site only, so that no neighbouring host and no plain
 * http can plant one. Under a path the site is shared, and `__Secure-` keeps at least http out.
 */
function nameAt(place: Place): string {
  if (!isSecure(place)) return 'weicast_session';
  return basePathOf(place.publicUrl) === '' ? '__Host-weicast_session' : '__Secure-weicast_session';
}

const isSecure = ({ publicUrl }: Place): boolean => publicUrl?.startsWith('https:') === true;

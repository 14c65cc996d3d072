import type { HttpConfig } from '../config/config.js';
import { basePathOf } from '../http/base-path.js';
import { LONGEST_DAYS } from './session.js';

type Place = Pick<HttpConfig, 'publicUrl'>;

/** Undefined for text that cannot be a token of ours: the database is not asked for it. */
export const sessionTokenOf = (
  cookieHeader: string | undefined,
  place: Place,
): string | undefined =>
  new RegExp(`(?:^|;) *${nameAt(place)}=([\\w-]{43}) *(?:;|$)`).exec(cookieHeader ?? '')?.[1];

/** The Set-Cookie header; without a token it deletes the cookie. */
export function sessionCookie(token: string | undefined, place: Place): string {
  const seconds = token === undefined ? 0 : LONGEST_DAYS * 86_400;
  const path = basePathOf(place.publicUrl) || '/';
  const attributes = `Max-Age=${seconds}; Path=${path}; HttpOnly; SameSite=Strict`;
  return `${nameAt(place)}=${token ?? ''}; ${attributes}${isSecure(place) ? '; Secure' : ''}`;
}

/**
 * Browsers accept a `__Host-` cookie only over https and only for the whole of the host that sets it, so neither a
 * neighbouring host nor plain http can plant one. With a path in the way, `__Secure-` keeps at least http out.
 */
function nameAt(place: Place): string {
  if (!isSecure(place)) return 'weicast_session';
  return basePathOf(place.publicUrl) === '' ? '__Host-weicast_session' : '__Secure-weicast_session';
}

const isSecure = ({ publicUrl }: Place): boolean => publicUrl?.startsWith('https:') === true;

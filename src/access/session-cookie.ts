import type { HttpConfig } from '../config/config.js';
import { SESSION_HOURS } from './sessions.service.js';

const NAME = 'weicast_session';

/** Only what can be a token of ours: nothing else is worth a look at the database. */
const TOKEN = new RegExp(`(?:^|;) *${NAME}=([\\w-]{43}) *(?:;|$)`);

export const sessionTokenOf = (cookieHeader: string | undefined): string | undefined =>
  TOKEN.exec(cookieHeader ?? '')?.[1];

/** The Set-Cookie header; without a token it takes the cookie away. */
export function sessionCookie(token: string | undefined, { publicUrl }: HttpConfig): string {
  const seconds = token === undefined ? 0 : SESSION_HOURS * 3600;
  const attributes = `Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Strict`;
  const secure = publicUrl?.startsWith('https:') === true ? '; Secure' : '';
  return `${NAME}=${token ?? ''}; ${attributes}${secure}`;
}

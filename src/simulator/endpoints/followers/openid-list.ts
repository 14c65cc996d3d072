import type { Account } from '../../accounts/account.js';
import type { Call } from '../../wire/call.js';

const OPENID = /^o[\w-]{27}$/;

/** Reads the followers of an `openid_list`, each once. Returns an errcode if anything of it is wrong. */
export function followersInList(
  call: Call,
  { followers }: Account,
  maxLength: number,
): number[] | 40003 | 40032 | 49003 {
  const list = call.fields?.['openid_list'];
  if (!Array.isArray(list) || list.length === 0 || list.length > maxLength) return 40032;
  const members = new Set<number>();
  for (const openid of list as unknown[]) {
    if (typeof openid !== 'string') return 40003;
    const follower = followers.find(openid);
    // A well-formed openid that is unknown here belongs to another account.
    if (follower === undefined) return OPENID.test(openid) ? 49003 : 40003;
    members.add(follower);
  }
  return [...members];
}

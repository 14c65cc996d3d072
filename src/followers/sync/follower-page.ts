import { OPENID_PATTERN, type Openid } from '../../kernel/ids.js';
import type { WechatAnswer } from '../../wechat/answer.js';

/** One page of WeChat's follower list, cleaned. */
export interface FollowerPage {
  /** Each once. */
  readonly openids: Openid[];
  /** Entries that do not look like an openid. */
  readonly skipped: number;
  /** WeChat's count at this moment; it changes while we read the list. */
  readonly total: number | null;
  /** Where the next page begins; null at the end of the list. */
  readonly next: Openid | null;
}

/**
 * Reads an answer of `user/get` to the cursor that was sent (null on the first call). The list ends where `count` is
 * 0, `data` is missing, or `next_openid` is empty or the very cursor that was sent; adding up to `total` says nothing.
 * Undefined when the answer is no follower list: we must not take it for the end of one.
 */
export function followerPage(answer: WechatAnswer, sent: Openid | null): FollowerPage | undefined {
  const count = wholeNumber(answer['count']);
  const total = wholeNumber(answer['total']);
  if (count === undefined && total === undefined) return undefined;
  const end = { openids: [], skipped: 0, total: total ?? null, next: null };

  const data = answer['data'];
  if (count === 0 || data === undefined || data === null) return end;
  const listed = (data as Record<string, unknown>)['openid'];
  if (!Array.isArray(listed)) return undefined;

  const next = nextOf(answer['next_openid'] ?? '', sent);
  if (next === undefined) return undefined;
  const entries = (listed as unknown[]).filter((entry) => entry !== '');
  const openids = entries.filter(isOpenid);
  return {
    openids: [...new Set(openids)],
    skipped: entries.length - openids.length,
    total: total ?? null,
    next,
  };
}

/** Null at the end of the list; undefined when we could not send it as a cursor. */
function nextOf(next: unknown, sent: Openid | null): Openid | null | undefined {
  if (next === '' || next === sent) return null;
  return isOpenid(next) ? next : undefined;
}

const isOpenid = (value: unknown): value is Openid =>
  typeof value === 'string' && OPENID_PATTERN.test(value);

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0
    ? number
    : undefined;
}

import { maskOpenid } from '../../kernel/ids.js';

/** Instead of a value that nobody may read in the audit. */
const HIDDEN = '(changed)';

const SECRET = /(secret|password|passphrase|bearer|token|key|hash|codes?)$/i;
/** WeChat's openids: 28 characters that begin with o. */
const OPENID = /(?<![\w-])o[\w-]{27}(?![\w-])/g;
const OPENIDS = /openids$/i;
const LONGEST = 500;

export interface ShownValue {
  readonly value: unknown;
  /** Whether it was shortened. */
  readonly cut: boolean;
}

/**
 * A value as the audit keeps it. Secrets are hidden: bytes, texts whose member is named like one, and the queries of
 * addresses. Openids are masked, and lists of them counted.
 */
export function shownValue(name: string, value: unknown): ShownValue {
  const whole = (shown: unknown): ShownValue => ({ value: shown, cut: false });
  if (value === null || value === undefined) return whole(null);
  if (ArrayBuffer.isView(value)) return whole(HIDDEN);
  if (typeof value === 'string') {
    if (SECRET.test(name)) return whole(HIDDEN);
    if (/url$/i.test(name)) return shortened(value.replace(/\?.*$/s, '?…'));
    return shortened(/openid$/i.test(name) ? maskOpenid(value) : masked(value));
  }
  if (value instanceof Date) return whole(value.toISOString());
  if (typeof value === 'bigint') return whole(String(value));
  if (Array.isArray(value) && OPENIDS.test(name)) return whole({ count: value.length });
  if (typeof value === 'object') return shownMembers(name, value);
  return whole(value);
}

function shownMembers(name: string, value: object): ShownValue {
  const members = Array.isArray(value)
    ? value.map((item: unknown) => [name, item] as const)
    : Object.entries(value);
  const shown = members.map(([member, item]) => [member, shownValue(member, item)] as const);
  const cut = shown.some(([, item]) => item.cut);
  return Array.isArray(value)
    ? { value: shown.map(([, item]) => item.value), cut }
    : { value: Object.fromEntries(shown.map(([member, item]) => [member, item.value])), cut };
}

const shortened = (text: string): ShownValue =>
  text.length > LONGEST
    ? { value: `${text.slice(0, LONGEST)}…`, cut: true }
    : { value: text, cut: false };

/** Openids that stand anywhere in a text. */
export const masked = (text: string): string => text.replaceAll(OPENID, maskOpenid);

import { OPENID_PATTERN } from '../../../kernel/ids.js';
import type { WechatAnswer } from '../../../wechat/answer.js';

/** A message that WeChat's review refused, as `queryblocktmplmsg` lists it. */
export interface Interception {
  readonly id: number;
  readonly openid: string;
  /** The message as the person would have read it. */
  readonly content: string;
  readonly sentAt: Date;
}

/** Unix seconds have ten digits; thirteen are milliseconds. */
const MILLISECONDS = 1e12;

/** WeChat's page shows an object, a real answer had an array: we read both, and leave out what cannot be read. */
export function readInterceptions({ msginfo }: WechatAnswer): Interception[] {
  const listed: unknown[] = Array.isArray(msginfo) ? msginfo : [msginfo];
  return listed.flatMap((item) => {
    const interception = isObject(item) ? readOne(item) : undefined;
    return interception ? [interception] : [];
  });
}

function readOne(item: Readonly<Record<string, unknown>>): Interception | undefined {
  const { openid, content } = item;
  const id = Number(item['id']);
  const time = Number(item['send_timestamp']);
  if (typeof openid !== 'string' || !OPENID_PATTERN.test(openid)) return undefined;
  if (!Number.isSafeInteger(id) || id < 0) return undefined;
  if (!Number.isSafeInteger(time) || time <= 0 || time > 8.64e15) return undefined;
  return {
    id,
    openid,
    content: typeof content === 'string' ? content : '',
    sentAt: new Date(time >= MILLISECONDS ? time : time * 1_000),
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { OPENID_PATTERN, type Msgid, type Openid } from '../kernel/ids.js';
import type { PushFields, PushValue } from '../wechat-auth/push-fields.js';

/** What a push means to us. */
export type PushEvent =
  | {
      readonly kind: 'receipt';
      readonly openid: Openid;
      readonly msgid: Msgid;
      readonly createTime: Date;
      readonly status: string;
    }
  | { readonly kind: 'subscribe' | 'unsubscribe'; readonly openid: Openid; readonly at: Date }
  /** A follower accepted or rejected templates, or such a message went out; one item per template. */
  | {
      readonly kind: 'subscribe-message';
      readonly openid: Openid;
      readonly at: Date;
      readonly items: readonly PushFields[];
    }
  /** Nothing of ours: a message, a menu, another event. */
  | { readonly kind: 'other' }
  /** It would be ours, but for something in it that WeChat never sends. */
  | { readonly kind: 'dead'; readonly reason: string };

/** Where XML puts the items of a subscribe-message event. An example of WeChat's wraps rejections in the first. */
const WRAPPERS = ['SubscribeMsgPopupEvent', 'SubscribeMsgChangeEvent', 'SubscribeMsgSentEvent'];

/** Sorts a push by what it says. WeChat is not steady in the case of event names, nor in numbers as text. */
export function pushEventOf(fields: PushFields, receivedAt: Date): PushEvent {
  if (textOf(fields['MsgType'])?.toLowerCase() !== 'event') return { kind: 'other' };
  const kind = kindOf(textOf(fields['Event'])?.toLowerCase() ?? '');
  if (kind === 'other') return { kind };

  const openid = textOf(fields['FromUserName']) ?? '';
  if (!OPENID_PATTERN.test(openid)) return { kind: 'dead', reason: 'FromUserName is no openid' };
  const at = timeOf(textOf(fields['CreateTime']), receivedAt);
  if (at === undefined) return { kind: 'dead', reason: 'CreateTime is no likely time' };

  switch (kind) {
    case 'receipt':
      return receiptOf(fields, openid, at);
    case 'subscribe-message':
      return { kind, openid, at, items: itemsOf(fields) };
    case 'subscribe':
    case 'unsubscribe':
      return { kind, openid, at };
  }
}

function kindOf(event: string): Exclude<PushEvent['kind'], 'dead'> {
  switch (event) {
    case 'templatesendjobfinish':
      return 'receipt';
    case 'subscribe':
    case 'unsubscribe':
      return event;
    case 'subscribe_msg_popup_event':
    case 'subscribe_msg_change_event':
    case 'subscribe_msg_sent_event':
      return 'subscribe-message';
    default:
      return 'other';
  }
}

function receiptOf(fields: PushFields, openid: Openid, createTime: Date): PushEvent {
  const msgid = textOf(fields['MsgID'] ?? fields['MsgId']) ?? '';
  if (!/^\d{1,19}$/.test(msgid)) return { kind: 'dead', reason: 'MsgID is no decimal number' };
  const status = textOf(fields['Status']) ?? '';
  if (!/^\P{Cc}{1,200}$/u.test(status)) return { kind: 'dead', reason: 'Status is no short text' };
  return { kind: 'receipt', openid, msgid, createTime, status };
}

const SMALLEST_SECONDS = 1_000_000_000; // 2001: what is below is no Unix time
const FURTHEST_AHEAD_SECONDS = 7 * 24 * 60 * 60;

function timeOf(text: string | undefined, receivedAt: Date): Date | undefined {
  if (text === undefined || !/^\d{10}$/.test(text)) return undefined;
  const seconds = Number(text);
  const latest = receivedAt.getTime() / 1000 + FURTHEST_AHEAD_SECONDS;
  return seconds >= SMALLEST_SECONDS && seconds <= latest ? new Date(seconds * 1000) : undefined;
}

/** XML wraps the items, JSON does not; and one item alone is an object instead of a list. */
function itemsOf(fields: PushFields): PushFields[] {
  const holders = [fields, ...WRAPPERS.map((name) => fields[name])].filter(isFields);
  return holders.flatMap(({ List: list }) => [...listOf(list)]).filter(isFields);
}

const textOf = (value: PushValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

const isList = (value: PushValue | undefined): value is readonly PushValue[] =>
  Array.isArray(value);

const listOf = (value: PushValue | undefined): readonly (PushValue | undefined)[] =>
  isList(value) ? value : [value];

const isFields = (value: PushValue | undefined): value is PushFields =>
  typeof value === 'object' && !isList(value);

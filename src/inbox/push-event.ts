import { OPENID_PATTERN, type Msgid, type Openid, readMsgid } from '../kernel/ids.js';
import type { PushFields } from '../wechat-auth/push-fields.js';
import { seemsOurs } from './seems-ours.js';
import {
  changeItemOf,
  type GrantItem,
  type ItemsRead,
  NO_MSGID,
  popupItemOf,
  readItems,
  type SentItem,
  sentItemOf,
  textOf,
} from './subscription-items.js';

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
  /** Subscription messages went out: one item for each. */
  | ({
      readonly kind: 'sent';
      readonly openid: Openid;
      readonly createTime: Date;
    } & ItemsRead<SentItem>)
  /** Somebody accepted or rejected templates. */
  | ({
      readonly kind: 'grants';
      readonly openid: Openid;
      readonly at: Date;
    } & ItemsRead<GrantItem>)
  /** Nothing of ours: a message, a menu, another event. */
  | { readonly kind: 'other' }
  /** It would be ours, but for something in it that WeChat never sends. */
  | { readonly kind: 'dead'; readonly reason: string };

/** Sorts a push by what it says. WeChat is not steady in the case of event names, nor in numbers as text. */
export function pushEventOf(fields: PushFields, receivedAt: Date): PushEvent {
  const isEvent = textOf(fields['MsgType'])?.toLowerCase() === 'event';
  const kind = isEvent ? kindOf(textOf(fields['Event'])?.toLowerCase() ?? '') : 'other';
  if (kind === 'other') {
    // It has been answered `success` and will not come again: what may be ours is not dropped.
    return seemsOurs(fields)
      ? { kind: 'dead', reason: 'it has the fields of an event of ours, and is none' }
      : { kind };
  }

  const openid = textOf(fields['FromUserName']) ?? '';
  if (!OPENID_PATTERN.test(openid)) return { kind: 'dead', reason: 'FromUserName is no openid' };
  const at = timeOf(textOf(fields['CreateTime']), receivedAt);
  if (at === undefined) return { kind: 'dead', reason: 'CreateTime is no likely time' };

  switch (kind) {
    case 'receipt':
      return receiptOf(fields, openid, at);
    case 'sent':
      return orDead({ kind, openid, createTime: at, ...readItems(fields, sentItemOf) });
    case 'popup':
      return orDead({ kind: 'grants', openid, at, ...readItems(fields, popupItemOf) });
    case 'change':
      return orDead({ kind: 'grants', openid, at, ...readItems(fields, changeItemOf) });
    case 'subscribe':
    case 'unsubscribe':
      return { kind, openid, at };
  }
}

function kindOf(event: string): Exclude<PushEvent['kind'], 'dead' | 'grants'> | 'popup' | 'change' {
  switch (event) {
    case 'templatesendjobfinish':
      return 'receipt';
    case 'subscribe':
    case 'unsubscribe':
      return event;
    case 'subscribe_msg_popup_event':
      return 'popup';
    case 'subscribe_msg_change_event':
      return 'change';
    case 'subscribe_msg_sent_event':
      return 'sent';
    default:
      return 'other';
  }
}

function receiptOf(fields: PushFields, openid: Openid, createTime: Date): PushEvent {
  const msgid = readMsgid(textOf(fields['MsgID'] ?? fields['MsgId']) ?? '');
  if (msgid === undefined) return { kind: 'dead', reason: NO_MSGID };
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

/** What can be read of a push counts, beside what cannot; a push of nothing else is dead. */
function orDead(event: Extract<PushEvent, { kind: 'sent' | 'grants' }>): PushEvent {
  const [fault] = event.faults;
  return fault !== undefined && event.items.length === 0 ? { kind: 'dead', reason: fault } : event;
}

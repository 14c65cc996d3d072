import { readFlatXml } from './flat-xml.js';

/**
 * Events that concern nothing but what we sent, or may send: no customer's menu or reply hangs on them, so they
 * are not forwarded. Everything else is, subscribe and unsubscribe included, which we read as well.
 */
const OWN_EVENTS: ReadonlySet<string> = new Set([
  'templatesendjobfinish',
  'subscribe_msg_popup_event',
  'subscribe_msg_change_event',
  'subscribe_msg_sent_event',
]);

/** A receipt as WeChat writes it: each name once, in this order, and nothing that could hide another. */
const RECEIPT =
  /^<xml><ToUserName><!\[CDATA\[\w+\]\]><\/ToUserName>\s*<FromUserName><!\[CDATA\[[\w-]+\]\]><\/FromUserName>\s*<CreateTime>\d+<\/CreateTime>\s*<MsgType><!\[CDATA\[event\]\]><\/MsgType>\s*<Event><!\[CDATA\[TEMPLATESENDJOBFINISH\]\]><\/Event>\s*<MsgID>\d+<\/MsgID>\s*<Status><!\[CDATA\[[\w :]*\]\]><\/Status>\s*<\/xml>\s*$/;

/** A cheap test, which knows flat events only: nearly all own events are flat, and most of them are receipts. */
export function isPlainlyOwn(content: Buffer): boolean {
  const text = content.toString('utf8');
  if (RECEIPT.test(text)) return true;
  const { MsgType: type, Event: event } = readFlatXml(text) ?? {};
  return type === 'event' && event !== undefined && isOwnEvent(event);
}

export const isOwnEvent = (event: string): boolean => OWN_EVENTS.has(event.toLowerCase());

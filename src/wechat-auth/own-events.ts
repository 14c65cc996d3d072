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

/** At a glance: the flat ones, which nearly all of them are. */
export function isPlainlyOwn(content: Buffer): boolean {
  const { MsgType: type, Event: event } = readFlatXml(content.toString('utf8')) ?? {};
  return type === 'event' && event !== undefined && isOwnEvent(event);
}

export const isOwnEvent = (event: string): boolean => OWN_EVENTS.has(event.toLowerCase());

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

export const isOwnEvent = (event: string): boolean => OWN_EVENTS.has(event.toLowerCase());

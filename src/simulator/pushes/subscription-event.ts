import type { CallbackSettings } from '../settings/account-settings.js';
import { xmlMembers, type EventFields } from './event-text.js';

export type SubscriptionEvent =
  'subscribe_msg_popup_event' | 'subscribe_msg_change_event' | 'subscribe_msg_sent_event';

type Wrapper = 'SubscribeMsgPopupEvent' | 'SubscribeMsgChangeEvent' | 'SubscribeMsgSentEvent';

const WRAPPERS: Readonly<Record<SubscriptionEvent, Wrapper>> = {
  subscribe_msg_popup_event: 'SubscribeMsgPopupEvent',
  subscribe_msg_change_event: 'SubscribeMsgChangeEvent',
  subscribe_msg_sent_event: 'SubscribeMsgSentEvent',
};

/** The person and the time of an event. CreateTime is in seconds. */
export type EventHead = {
  readonly ToUserName: string;
  readonly FromUserName: string;
  readonly CreateTime: number;
};

export const isSubscriptionEvent = (event: string): event is SubscriptionEvent =>
  Object.hasOwn(WRAPPERS, event);

/**
 * Writes one of the three events with a list. In XML the items stand in an element named after the event. In JSON they
 * stand in `List`, a single item stands there without an array, and every number is a text.
 */
export const subscriptionEventText = (
  format: CallbackSettings['format'],
  head: EventHead,
  event: SubscriptionEvent,
  items: readonly EventFields[],
  wrapper: Wrapper = WRAPPERS[event],
): string => {
  const fields: EventFields = { ...head, MsgType: 'event', Event: event };
  if (format === 'xml') {
    const lists = items.map((item) => `<List>${xmlMembers(item)}</List>`).join('');
    return `<xml>${xmlMembers(fields)}<${wrapper}>${lists}</${wrapper}></xml>`;
  }
  const [first, ...others] = items.map(asTexts);
  const List = others.length === 0 ? first : [first, ...others];
  return JSON.stringify({ ...asTexts(fields), List });
};

const asTexts = (fields: EventFields): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));

import type { CallbackSettings } from '../settings/account-settings.js';
import { Rejection } from '../kernel/rejection.js';
import { eventText, type EventFields } from './event-text.js';
import { isSubscriptionEvent, subscriptionEventText } from './subscription-event.js';

/** A push that a test orders: an event, a text message, or any body. */
export type PushOrder = {
  /** The openid of the sender. The default is the first follower. */
  readonly openid?: string;
  /** An event such as `subscribe`, with fields such as `EventKey`. */
  readonly event?: string;
  readonly fields?: Readonly<Record<string, string | number>>;
  /** The items of a `subscribe_msg_…` event. */
  readonly list?: readonly Readonly<Record<string, string | number>>[];
  /** A text message. */
  readonly text?: string;
  /** Any body, as XML or JSON. It is signed and encrypted like others. */
  readonly raw?: string;
  /** Unix seconds. The default is now. */
  readonly createTime?: number;
};

type PushAccount = { readonly ghId: string; readonly callback: CallbackSettings };

export const pushText = (
  { ghId, callback }: PushAccount,
  order: PushOrder,
  openid: string,
  now: number,
): string => {
  if (order.raw !== undefined) return order.raw;
  const createTime = order.createTime ?? Math.floor(now / 1000);
  const head = { ToUserName: ghId, FromUserName: openid, CreateTime: createTime };
  if (order.list !== undefined) {
    const { event = '', list } = order;
    if (!isSubscriptionEvent(event)) throw new Rejection(`the event ${event} carries no list`);
    return subscriptionEventText(callback.format, head, event, list);
  }
  if (order.event !== undefined) {
    const fields: EventFields = { ...head, MsgType: 'event', Event: order.event, ...order.fields };
    return eventText(callback.format, fields);
  }
  if (order.text !== undefined) {
    const MsgId = BigInt(now) * 1_000_003n;
    return eventText(callback.format, { ...head, MsgType: 'text', Content: order.text, MsgId });
  }
  throw new Rejection('a push needs one of event, text and raw');
};

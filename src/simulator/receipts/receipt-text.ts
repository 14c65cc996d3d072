import type { AccountSettings } from '../settings/account-settings.js';
import type { Channel } from '../ledger/channel.js';
import { SUCCESS, type Ledger } from '../ledger/ledger.js';
import { eventText } from '../pushes/event-text.js';
import { subscriptionEventText } from '../pushes/subscription-event.js';

/** Whether the messages of a channel have receipts. */
export const hasReceipt = (channel: Channel): boolean =>
  channel !== 'one-time' && channel !== 'wxopen-template';

/** The receipt of one accepted message. */
export const receiptText = (
  { settings, ledger }: { readonly settings: AccountSettings; readonly ledger: Ledger },
  entry: number,
  openid: string,
  zeroMsgid: boolean,
): string => {
  const { ghId, callback, subscriptions } = settings;
  const head = {
    ToUserName: ghId,
    FromUserName: openid,
    CreateTime: Math.floor(ledger.finishedAt(entry) / 1000),
  };
  const MsgID = zeroMsgid ? 0 : ledger.msgid(entry);
  const status = ledger.status(entry);
  if (ledger.channel(entry) === 'template') {
    return eventText(callback.format, {
      ...head,
      MsgType: 'event',
      Event: 'TEMPLATESENDJOBFINISH',
      MsgID,
      Status: status,
    });
  }
  const item = {
    TemplateId: ledger.templateId(entry),
    MsgID,
    ErrorCode: status === SUCCESS ? 0 : subscriptions.failedErrorCode,
    ErrorStatus: status,
  };
  return subscriptionEventText(callback.format, head, 'subscribe_msg_sent_event', [item]);
};

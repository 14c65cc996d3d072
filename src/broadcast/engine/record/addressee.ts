import type { ChannelName } from '../../../wechat/message-channel.js';

/** Whose message it was. */
export interface Sent {
  readonly accountId: number;
  readonly broadcastId: string;
  readonly openid: string;
}

/** And by which call of WeChat's. */
export interface Addressee extends Sent {
  readonly channel: ChannelName;
  /** When WeChat was called: what it answers speaks of that day. */
  readonly calledAt: Date;
}

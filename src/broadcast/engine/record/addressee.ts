import type { ChannelName } from '../../../wechat/message-channel.js';

/** The message that a send was about. */
export interface Sent {
  readonly accountId: number;
  readonly broadcastId: string;
  readonly openid: string;
}

/** The same with the call by which it was sent. */
export interface Addressee extends Sent {
  readonly channel: ChannelName;
  /** When WeChat was called: its answer is about the quota of that day. */
  readonly calledAt: Date;
}

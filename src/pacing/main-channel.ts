import type { AccountKind } from '../accounts/account.js';
import type { ChannelName } from '../wechat/message-channel.js';

/** The channel of most of an account's broadcasts: its quota is meant where a request names no channel. */
export const MAIN_CHANNEL: Readonly<Record<AccountKind, ChannelName>> = {
  service: 'template',
  mini_program: 'subscribe',
};

import type { AccountKind } from '../accounts/account.js';
import type { ChannelName } from '../wechat/message-channel.js';

/** What an account's broadcasts live by: its quota is meant where none is named. */
export const MAIN_CHANNEL: Readonly<Record<AccountKind, ChannelName>> = {
  service: 'template',
  mini_program: 'subscribe',
};

import type { ChannelName } from './message-channel.js';

/** The API that each channel calls. WeChat counts the calls of a day by path: each has a quota of its own. */
export const CHANNEL_PATHS: Readonly<Record<ChannelName, string>> = {
  template: '/cgi-bin/message/template/send',
  subscribe: '/cgi-bin/message/subscribe/send',
  bizsend: '/cgi-bin/message/subscribe/bizsend',
  'one-time': '/cgi-bin/message/template/subscribe',
  'wxopen-template': '/cgi-bin/message/wxopen/template/send',
};

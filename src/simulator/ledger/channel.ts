/** WeChat's ways of sending. A ledger keeps the position in this list. */
export const CHANNELS = [
  'template',
  'subscribe',
  'bizsend',
  'one-time',
  'wxopen-template',
] as const;

export type Channel = (typeof CHANNELS)[number];

export const channelNumber = (channel: Channel): number => CHANNELS.indexOf(channel);

export const channelAt = (number: number): Channel => CHANNELS[number] ?? 'template';

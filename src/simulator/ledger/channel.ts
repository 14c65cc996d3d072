/** WeChat's ways of sending. The place in this list is what a ledger keeps of it. */
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

/** BullMQ queues. A job only says "look at this row" (the inbox excepted: it carries what WeChat pushed). */
export const SEND_QUEUE = 'send';
/** Tests and single messages: they do not wait behind broadcasts. */
export const PRIORITY_SEND_QUEUE = 'send-first';
export const EXPAND_QUEUE = 'expand';
export const FOLLOWER_SYNC_QUEUE = 'follower-sync';
export const INBOX_QUEUE = 'inbox';
export const FORWARD_QUEUE = 'forward';

export const QUEUE_NAMES = [
  SEND_QUEUE,
  PRIORITY_SEND_QUEUE,
  EXPAND_QUEUE,
  FOLLOWER_SYNC_QUEUE,
  INBOX_QUEUE,
  FORWARD_QUEUE,
] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** BullMQ queues. A job only says "look at this row" (the inbox excepted: it carries what WeChat pushed). */
export const SEND_QUEUE = 'send';
/** Tests and single messages: they do not wait behind broadcasts. */
export const PRIORITY_SEND_QUEUE = 'send-first';
export const EXPAND_QUEUE = 'expand';
/** Named jobs that take long: each has a row that says how far it is. */
export const WORK_QUEUE = 'work';
export const INBOX_QUEUE = 'inbox';
export const FORWARD_QUEUE = 'forward';

export const QUEUE_NAMES = [
  SEND_QUEUE,
  PRIORITY_SEND_QUEUE,
  EXPAND_QUEUE,
  WORK_QUEUE,
  INBOX_QUEUE,
  FORWARD_QUEUE,
] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

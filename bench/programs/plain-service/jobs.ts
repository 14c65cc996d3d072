import type { JobsOptions } from 'bullmq';

export const ENQUEUE_QUEUE = 'enqueue';
export const SEND_QUEUE = 'send';
export const RECEIPT_QUEUE = 'receipt';

/** Goes through the follower list. Its data move on with each page, so that a second attempt goes on from there. */
export interface EnqueueJob {
  readonly broadcastId: string;
  /** The last openid of the page before. */
  readonly after: string;
  /** How many recipients are still wanted. */
  readonly left: number;
}

export interface SendJob {
  readonly broadcastId: string;
  readonly openid: string;
}

/** A receipt that has overtaken the answer to its send. */
export interface ReceiptJob {
  readonly msgid: string;
  readonly result: string;
}

export const ATTEMPTS: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: true,
};

/** Until two minutes have passed, which a send that was cut off by a crash needs to be found and repeated. */
export const RECEIPT_ATTEMPTS: JobsOptions = {
  attempts: 9,
  delay: 500,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: true,
};

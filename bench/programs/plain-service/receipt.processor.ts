import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { RECEIPT_QUEUE, type ReceiptJob } from './jobs.js';
import { Recipients } from './recipients.js';

@Processor(RECEIPT_QUEUE, { concurrency: 50 })
export class ReceiptProcessor extends WorkerHost {
  readonly #recipients: Recipients;

  constructor(recipients: Recipients) {
    super();
    this.#recipients = recipients;
  }

  async process({ data: { msgid, result } }: Job<ReceiptJob>): Promise<void> {
    if (!(await this.#recipients.received(msgid, result)))
      throw new Error(`no recipient was sent ${msgid} as far as we know`);
  }
}

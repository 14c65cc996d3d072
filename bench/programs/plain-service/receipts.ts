import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { RECEIPT_QUEUE, type ReceiptJob } from './jobs.js';
import { Recipients } from './recipients.js';

@Injectable()
export class Receipts {
  readonly #recipients: Recipients;
  readonly #queue: Queue<ReceiptJob>;

  constructor(recipients: Recipients, @InjectQueue(RECEIPT_QUEUE) queue: Queue<ReceiptJob>) {
    this.#recipients = recipients;
    this.#queue = queue;
  }

  /** A receipt whose send has not been recorded yet is tried again, by a job. */
  async take(receipt: ReceiptJob): Promise<void> {
    if (await this.#recipients.received(receipt.msgid, receipt.result)) return;
    await this.#queue.add('receipt', receipt);
  }
}

import { InjectQueue } from '@nestjs/bullmq';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Broadcasts, type Content } from './broadcasts.js';
import {
  ENQUEUE_QUEUE,
  type EnqueueJob,
  RECEIPT_QUEUE,
  type ReceiptJob,
  SEND_QUEUE,
  type SendJob,
} from './jobs.js';
import { type BroadcastCounts, Recipients } from './recipients.js';

export interface NewBroadcast extends Content {
  /** Sends to the first followers alone. */
  readonly atMost?: number;
}

export interface BroadcastView {
  readonly counts: BroadcastCounts;
  readonly isEnqueued: boolean;
  /** Jobs that wait, run or will be tried again, of all broadcasts. */
  readonly jobsLeft: number;
}

@Controller('broadcasts')
export class BroadcastController {
  readonly #broadcasts: Broadcasts;
  readonly #recipients: Recipients;
  readonly #enqueue: Queue<EnqueueJob>;
  readonly #queues: readonly Queue[];

  constructor(
    broadcasts: Broadcasts,
    recipients: Recipients,
    @InjectQueue(ENQUEUE_QUEUE) enqueue: Queue<EnqueueJob>,
    @InjectQueue(SEND_QUEUE) sends: Queue<SendJob>,
    @InjectQueue(RECEIPT_QUEUE) receipts: Queue<ReceiptJob>,
  ) {
    this.#broadcasts = broadcasts;
    this.#recipients = recipients;
    this.#enqueue = enqueue;
    this.#queues = [enqueue, sends, receipts];
  }

  @Post()
  @HttpCode(202)
  async create(@Body() { atMost, ...content }: NewBroadcast): Promise<{ id: string }> {
    const id = await this.#broadcasts.create(content);
    const left = atMost ?? Number.MAX_SAFE_INTEGER;
    await this.#enqueue.add('enqueue', { broadcastId: id, after: '', left });
    return { id };
  }

  @Get(':id')
  async show(@Param('id') id: string): Promise<BroadcastView> {
    const waiting = this.#queues.map((queue) =>
      queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized'),
    );
    return {
      // Before the rows: whoever sees no job left sees what the last one wrote.
      jobsLeft: (await Promise.all(waiting)).reduce((sum, count) => sum + count, 0),
      isEnqueued: await this.#broadcasts.isEnqueued(id),
      counts: await this.#recipients.counts(id),
    };
  }
}

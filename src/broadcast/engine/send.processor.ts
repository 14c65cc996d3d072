import { Processor, WorkerHost } from '@nestjs/bullmq';
import {
  type BeforeApplicationShutdown,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Job } from 'bullmq';
import { SendingConfig } from '../../config/config.js';
import { SEND_QUEUE } from '../../queue/queue-names.js';
import type { SendJob } from './send.queue.js';
import { SendService } from './send.service.js';

@Processor(SEND_QUEUE, { autorun: false, maxStalledCount: 1_000_000, drainDelay: 2 })
export class SendProcessor
  extends WorkerHost
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  readonly #logger = new Logger(SendProcessor.name);

  constructor(
    private readonly sends: SendService,
    private readonly sending: SendingConfig,
  ) {
    super();
  }

  async process({ data }: Job<SendJob>): Promise<void> {
    await this.sends.send({ broadcastId: data.b, openid: data.o, nudge: data.n });
  }

  onApplicationBootstrap(): void {
    // Decorator options are fixed before configuration exists; the worker's setter is not.
    this.worker.concurrency = this.sending.concurrency;
    this.worker.on('error', (err) => this.#logger.warn({ err }, 'the send queue is in trouble'));
    void this.worker.run();
  }

  /** Takes no more jobs, and waits for the sends in flight to settle. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }
}

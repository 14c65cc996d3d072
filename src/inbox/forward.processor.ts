import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger } from '@nestjs/common';
import { DelayedError, type Job } from 'bullmq';
import { FORWARD_QUEUE } from '../queue/queue-names.js';
import { Seldom } from '../wechat-auth/seldom.js';
import { ForwardLanes } from './forward-lanes.js';
import type { ForwardJob } from './forward.queue.js';
import { ForwardService } from './forward.service.js';

@Processor(FORWARD_QUEUE, { concurrency: 64, maxStalledCount: 1_000_000 })
export class ForwardProcessor extends WorkerHost {
  private readonly logger = new Logger(ForwardProcessor.name);
  readonly #lanes = new ForwardLanes();
  readonly #seldom = new Seldom(60_000);

  constructor(private readonly forwarding: ForwardService) {
    super();
  }

  async process(job: Job<ForwardJob>, token?: string): Promise<void> {
    const { accountId } = job.data;
    const startedAt = performance.now();
    const waitMs = this.#lanes.enter(accountId, startedAt);
    if (waitMs > 0) {
      await job.moveToDelayed(Date.now() + waitMs, token);
      throw new DelayedError(); // waits without spending an attempt
    }
    try {
      await this.forwarding.forward(job.data);
    } finally {
      this.#lanes.leave(accountId, performance.now() - startedAt);
    }
  }

  @OnWorkerEvent('failed')
  tell(job: Job<ForwardJob> | undefined, error: Error): void {
    if (job === undefined || job.attemptsMade < (job.opts.attempts ?? 1)) return;
    if (!this.#seldom.due(String(job.data.accountId))) return;
    this.logger.warn(`a push was not forwarded, and is not tried again: ${error.message}`);
  }
}

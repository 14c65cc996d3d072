import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { Clock } from '../kernel/clock.js';
import { FORWARD_QUEUE } from '../queue/queue-names.js';
import { LogThrottle } from '../kernel/log-throttle.js';
import { ForwardLanes } from './forward-lanes.js';
import type { ForwardJob } from './forward.queue.js';
import { ForwardService } from './forward.service.js';

/** All tries of a push fit in here; a push that is older is not worth forwarding. */
const LONGEST_LIFE_MS = 15 * 60_000;

@Processor(FORWARD_QUEUE, { concurrency: 64, maxStalledCount: 1_000_000 })
export class ForwardProcessor extends WorkerHost implements BeforeApplicationShutdown {
  readonly #logger = new Logger(ForwardProcessor.name);
  readonly #lanes = new ForwardLanes();
  readonly #throttle = new LogThrottle();
  readonly #forwarding: ForwardService;
  readonly #clock: Clock;

  constructor(forwarding: ForwardService, clock: Clock) {
    super();
    this.#forwarding = forwarding;
    this.#clock = clock;
  }

  async process(job: Job<ForwardJob>, token?: string): Promise<void> {
    const { accountId, receivedAt } = job.data;
    // Else a server that takes less than comes in would fill the queue without end.
    if (this.#clock.now().getTime() - receivedAt > LONGEST_LIFE_MS) {
      throw new UnrecoverableError('it waited for more than a quarter of an hour');
    }
    const startedAt = performance.now();
    const waitMs = this.#lanes.enter(accountId, startedAt);
    if (waitMs > 0) {
      await job.moveToDelayed(Date.now() + waitMs, token);
      throw new DelayedError(); // waits without spending an attempt
    }
    try {
      await this.#forwarding.forward(job.data);
    } finally {
      this.#lanes.leave(accountId, performance.now() - startedAt);
    }
  }

  /** Calls under way end by their timeout, if not before. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }

  @OnWorkerEvent('failed')
  logLoss(job: Job<ForwardJob> | undefined, err: Error): void {
    if (job === undefined) return;
    const isLast =
      err instanceof UnrecoverableError || job.attemptsMade >= (job.opts.attempts ?? 1);
    if (!isLast) return;
    if (!this.#throttle.due(String(job.data.accountId))) return;
    const { accountId, appid } = job.data;
    this.#logger.warn(
      { accountId, appid, err },
      'a push was not forwarded, and is not tried again',
    );
  }
}

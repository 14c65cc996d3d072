import { WorkerHost } from '@nestjs/bullmq';
import {
  type BeforeApplicationShutdown,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Job } from 'bullmq';
import type { Metrics } from '../../../metrics/metrics.js';
import type { QueueName } from '../../../queue/queue-names.js';
import type { SendJob } from './send.queue.js';
import type { SendService } from './send.service.js';

/** A job survives any number of crashes of its worker: by default the second would fail it. */
export const SEND_WORKER = { autorun: false, maxStalledCount: 1_000_000, drainDelay: 2 } as const;

/** Takes jobs of one send queue, so many at a time. */
export abstract class SendWorkerHost
  extends WorkerHost
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  readonly #logger = new Logger(this.constructor.name);
  readonly #wait: { observe(seconds: number): void };

  constructor(
    private readonly sends: SendService,
    private readonly slots: number,
    queue: QueueName,
    metrics: Metrics,
  ) {
    super();
    this.#wait = metrics.queueWaitSeconds.labels(queue);
  }

  async process({ data, timestamp }: Job<SendJob>): Promise<void> {
    // Two processes' clocks may differ by a little.
    this.#wait.observe(Math.max(0, Date.now() - timestamp) / 1_000);
    await this.sends.send({ broadcastId: data.b, openid: data.o, nudge: data.n });
  }

  onApplicationBootstrap(): void {
    // Decorator options are fixed before configuration exists; the worker's setter is not.
    this.worker.concurrency = this.slots;
    this.worker.on('error', (err) => this.#logger.warn({ err }, 'the send queue is in trouble'));
    void this.worker.run();
  }

  /** Takes no more jobs, and waits for the sends in flight to settle. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }
}

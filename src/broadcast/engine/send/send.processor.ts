import { Processor, WorkerHost } from '@nestjs/bullmq';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Job } from 'bullmq';
import { SendingConfig } from '../../../config/config.js';
import { Metrics } from '../../../metrics/metrics.js';
import { type QueueName, PRIORITY_SEND_QUEUE, SEND_QUEUE } from '../../../queue/queue-names.js';
import type { SendJob } from './send.queue.js';
import { SendService } from './send.service.js';

/** A job survives any number of crashes of its worker; by default the second crash would fail it. */
const SEND_WORKER = { autorun: false, maxStalledCount: 1_000_000, drainDelay: 2 } as const;

/** Takes jobs of one send queue, so many at a time. */
abstract class SendWorkerHost
  extends WorkerHost
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  readonly #logger = new Logger(this.constructor.name);
  readonly #wait: { observe(seconds: number): void };
  readonly #sends: SendService;
  readonly #slots: number;

  constructor(sends: SendService, slots: number, queue: QueueName, metrics: Metrics) {
    super();
    this.#sends = sends;
    this.#slots = slots;
    this.#wait = metrics.queueWaitSeconds.labels(queue);
  }

  async process({ data, timestamp }: Job<SendJob>): Promise<void> {
    // Two processes' clocks may differ by a little.
    this.#wait.observe(Math.max(0, Date.now() - timestamp) / 1_000);
    await this.#sends.send({ broadcastId: data.b, openid: data.o, nudge: data.n });
  }

  onApplicationBootstrap(): void {
    // Decorator options are fixed before configuration exists; the worker's setter is not.
    this.worker.concurrency = this.#slots;
    this.worker.on('error', (err) =>
      this.#logger.warn({ err }, 'the worker of the send queue reports an error'),
    );
    void this.worker.run();
  }

  /** Takes no more jobs, and waits for the sends in flight to settle, with what they showed. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
    await this.#sends.drain();
  }
}

/** The messages of broadcasts. */
@Injectable()
@Processor(SEND_QUEUE, SEND_WORKER)
export class SendProcessor extends SendWorkerHost {
  constructor(sends: SendService, sending: SendingConfig, metrics: Metrics) {
    super(sends, sending.concurrency, SEND_QUEUE, metrics);
  }
}

/** These messages have slots of their own: they are few, and somebody waits for each. */
const PRIORITY_SLOTS = 20;

/** Tests and single messages, which overtake the broadcasts. */
@Injectable()
@Processor(PRIORITY_SEND_QUEUE, SEND_WORKER)
export class PrioritySendProcessor extends SendWorkerHost {
  constructor(sends: SendService, metrics: Metrics) {
    super(sends, PRIORITY_SLOTS, PRIORITY_SEND_QUEUE, metrics);
  }
}

import { InjectQueue } from '@nestjs/bullmq';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Ticker } from '../kernel/ticker.js';
import { INBOX_QUEUE } from '../queue/queue-names.js';
import type { InboxJob } from '../wechat-auth/inbox-job.js';

const EVERY_MS = 30_000;

/**
 * Brings failed inbox jobs back. Their tries are unlimited, so there should be none; but what they carry was
 * answered `success` and exists nowhere else.
 */
@Injectable()
export class InboxSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(InboxSweep.name);
  readonly #ticker = new Ticker(
    () => EVERY_MS,
    async () => void (await this.retryFailed()),
    (err) => this.#logger.warn({ err }, 'failed inbox jobs were not looked at; the next tick does'),
  );
  readonly #queue: Queue<InboxJob>;

  constructor(@InjectQueue(INBOX_QUEUE) queue: Queue<InboxJob>) {
    this.#queue = queue;
  }

  onApplicationBootstrap(): void {
    this.#ticker.startLater();
  }

  /** The tick under way may wait for a queue that is away. */
  beforeApplicationShutdown(): void {
    void this.#ticker.stop();
  }

  /** Harmless from several processes at once: each job is moved by one of them. */
  async retryFailed(): Promise<number> {
    const failed = await this.#queue.getFailedCount();
    if (failed === 0) return 0;
    await this.#queue.retryJobs({ state: 'failed' });
    this.#logger.warn(`${failed} failed inbox jobs are tried again`);
    return failed;
  }
}

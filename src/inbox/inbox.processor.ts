import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import type { Job } from 'bullmq';
import { INBOX_QUEUE } from '../queue/queue-names.js';
import type { InboxJob } from '../wechat-auth/inbox-job.js';
import { LogThrottle } from '../kernel/log-throttle.js';
import { InboxService } from './inbox.service.js';

const FIRST_MS = 250;
/** Short, because people watch the rows that receipts settle: they follow soon after the database is back. */
const LONGEST_MS = 15_000;

/** How long a failed inbox job waits: doubled each time up to the cap, the last quarter of it at random. */
export function inboxBackoffMs(attemptsMade: number): number {
  const wait = Math.min(FIRST_MS * 2 ** (attemptsMade - 1), LONGEST_MS);
  return Math.round(wait * (0.75 + Math.random() / 4));
}

@Processor(INBOX_QUEUE, {
  // A job has a dozen receipts, not the 200 that fit, when pushes come evenly, and waits for the batch it joins:
  // with 8 at once, receipts of a fast broadcast fell behind for as long as it lasted.
  concurrency: 32,
  maxStalledCount: 1_000_000,
  settings: { backoffStrategy: inboxBackoffMs },
})
export class InboxProcessor extends WorkerHost implements BeforeApplicationShutdown {
  readonly #logger = new Logger(InboxProcessor.name);
  readonly #throttle = new LogThrottle(10_000);
  readonly #inbox: InboxService;

  constructor(inbox: InboxService) {
    super();
    this.#inbox = inbox;
  }

  /** Throws only what another try may mend, such as a database that is away. */
  async process({ id = '', data }: Job<InboxJob>): Promise<void> {
    await this.#inbox.take(id, data.pushes);
  }

  /** Jobs that were taken are finished while the database is still open. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }

  @OnWorkerEvent('failed')
  logFailure(_job: Job<InboxJob> | undefined, err: Error): void {
    if (this.#throttle.due('failed')) this.#logger.warn({ err }, 'pushes wait to be taken again');
  }
}

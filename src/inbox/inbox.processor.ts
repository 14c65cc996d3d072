import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { INBOX_QUEUE } from '../queue/queue-names.js';
import type { InboxJob } from '../wechat-auth/inbox-job.js';
import { inboxBackoffMs } from './inbox-backoff.js';
import { InboxService } from './inbox.service.js';

@Processor(INBOX_QUEUE, {
  concurrency: 8,
  maxStalledCount: 1_000_000,
  settings: { backoffStrategy: inboxBackoffMs },
})
export class InboxProcessor extends WorkerHost {
  constructor(private readonly inbox: InboxService) {
    super();
  }

  /** Throws only what another try may mend, such as a database that is away. */
  async process({ id = '', data }: Job<InboxJob>): Promise<void> {
    await this.inbox.take(id, data.pushes);
  }
}

import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import type { Job } from 'bullmq';
import { FOLLOWER_SYNC_QUEUE } from '../../queue/queue-names.js';
import type { FollowerSyncJob } from './follower-sync.js';
import { FollowerWalk } from './follower-walk.js';

/** When the service stops, a walk stops between two pages; its job is then done, and a timer nudges the walk later. */
@Processor(FOLLOWER_SYNC_QUEUE, { concurrency: 4, maxStalledCount: 1_000_000 })
export class FollowerSyncProcessor extends WorkerHost implements BeforeApplicationShutdown {
  readonly #logger = new Logger(FollowerSyncProcessor.name);
  readonly #stopping = new AbortController();
  readonly #walk: FollowerWalk;

  constructor(walk: FollowerWalk) {
    super();
    this.#walk = walk;
  }

  process({ data }: Job<FollowerSyncJob>): Promise<void> {
    return this.#walk.run(data.accountId, this.#stopping.signal);
  }

  @OnWorkerEvent('failed')
  failed(job: Job<FollowerSyncJob> | undefined, err: Error): void {
    this.#logger.error(
      { accountId: job?.data.accountId, err },
      'the walk of the followers broke off; it goes on within a minute',
    );
  }

  beforeApplicationShutdown(): void {
    this.#stopping.abort();
  }
}

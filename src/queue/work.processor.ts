import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import type { Job } from 'bullmq';
import { WORK_QUEUE } from './queue-names.js';
import { WorkJobs } from './work-jobs.js';

/** When the service stops, jobs stop where they can go on later, and are then done: a timer nudges what is left. */
@Processor(WORK_QUEUE, { concurrency: 4, maxStalledCount: 1_000_000 })
export class WorkProcessor extends WorkerHost implements BeforeApplicationShutdown {
  readonly #logger = new Logger(WorkProcessor.name);
  readonly #stopping = new AbortController();
  readonly #jobs: WorkJobs;

  constructor(jobs: WorkJobs) {
    super();
    this.#jobs = jobs;
  }

  async process({ name, data }: Job<object>): Promise<void> {
    const work = this.#jobs.of(name);
    if (work !== undefined) return work(data, this.#stopping.signal);
    // A newer process has added it: it is nudged again, and one of those takes it then.
    this.#logger.warn(`the queue has a job that this release does not know: ${name}`);
  }

  @OnWorkerEvent('failed')
  failed(job: Job<object> | undefined, err: Error): void {
    this.#logger.error(
      { job: job?.name, ...job?.data, err },
      'work broke off; it goes on within a minute',
    );
  }

  beforeApplicationShutdown(): void {
    this.#stopping.abort();
  }
}

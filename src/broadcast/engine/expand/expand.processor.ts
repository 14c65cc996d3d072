import { Processor, WorkerHost } from '@nestjs/bullmq';
import { type BeforeApplicationShutdown } from '@nestjs/common';
import type { Job } from 'bullmq';
import { EXPAND_QUEUE } from '../../../queue/queue-names.js';
import type { ExpandJob } from './expand.queue.js';
import { ExpandService } from './expand.service.js';

@Processor(EXPAND_QUEUE, { concurrency: 2, maxStalledCount: 1_000_000 })
export class ExpandProcessor extends WorkerHost implements BeforeApplicationShutdown {
  readonly #stopping = new AbortController();
  readonly #expansion: ExpandService;

  constructor(expansion: ExpandService) {
    super();
    this.#expansion = expansion;
  }

  async process({ data }: Job<ExpandJob>): Promise<void> {
    await this.#expansion.expand(data.broadcastId, this.#stopping.signal);
  }

  beforeApplicationShutdown(): void {
    this.#stopping.abort();
  }
}

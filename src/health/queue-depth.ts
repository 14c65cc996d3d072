import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { withTimeout } from '../kernel/with-timeout.js';
import { Metrics } from '../metrics/metrics.js';
import { WATCHED_QUEUES } from './watched-queues.js';

const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

/** A store that hangs must not take the scrape with it. */
const PATIENCE_MS = 2_000;

/** How many jobs stand in each queue. One reading at a time: else questions to a queue that is away would pile up. */
@Injectable()
export class QueueDepth implements OnModuleInit {
  #reading: Promise<void> | undefined;
  readonly #queues: readonly Queue[];
  readonly #metrics: Metrics;

  constructor(@Inject(WATCHED_QUEUES) queues: readonly Queue[], metrics: Metrics) {
    this.#queues = queues;
    this.#metrics = metrics;
  }

  onModuleInit(): void {
    this.#metrics.beforeScrape(() => {
      this.#reading ??= this.#collect().finally(() => (this.#reading = undefined));
      return withTimeout(PATIENCE_MS, this.#reading);
    });
  }

  async #collect(): Promise<void> {
    // If this scrape fails, it must not show the figures of the last one.
    this.#metrics.queueDepth.reset();
    await Promise.all(
      this.#queues.map(async (queue) => {
        const counts = await queue.getJobCounts(...STATES);
        for (const state of STATES) {
          this.#metrics.queueDepth.set({ queue: queue.name, state }, counts[state] ?? 0);
        }
      }),
    );
  }
}

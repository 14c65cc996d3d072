import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Everything we count, in a registry of our own: two applications in one process do not meet. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  /** `outcome` is what the row became; `errcode` is WeChat's, `0` for accepted, empty without an answer. */
  readonly sends = new Counter({
    name: 'weicast_sends_total',
    help: 'Sends settled, by outcome and errcode.',
    labelNames: ['outcome', 'errcode'] as const,
    registers: [this.registry],
  });

  readonly sendSeconds = new Histogram({
    name: 'weicast_send_seconds',
    help: 'From the request to WeChat until its answer.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8],
    registers: [this.registry],
  });

  readonly queueDepth = new Gauge({
    name: 'weicast_queue_jobs',
    help: 'Jobs in a queue, by state, as of this scrape.',
    labelNames: ['queue', 'state'] as const,
    registers: [this.registry],
  });

  readonly callbacks = new Counter({
    name: 'weicast_callbacks_total',
    help: 'Pushes by outcome: accepted, refused, unstored (not answered, so that WeChat tries again).',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly inboxPushes = new Counter({
    name: 'weicast_inbox_pushes_total',
    help: 'Pushes worked off, by kind.',
    labelNames: ['kind'] as const,
    registers: [this.registry],
  });

  readonly tokenRefreshes = new Counter({
    name: 'weicast_token_refreshes_total',
    help: 'Calls of a token endpoint, by outcome.',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly #collectors: (() => Promise<void>)[] = [];

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Called before each scrape, for what is looked up and not counted. Its failure costs only its own figures. */
  beforeScrape(collect: () => Promise<void>): void {
    this.#collectors.push(collect);
  }

  /** All figures in Prometheus's text format. */
  async expose(): Promise<string> {
    await Promise.allSettled(this.#collectors.map((collect) => collect()));
    return await this.registry.metrics();
  }
}

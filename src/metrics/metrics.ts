import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const STATEMENT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

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

  /** Of messages that were under WeChat's review: `intercepted`, or `unheard` for two hours. The others had a receipt. */
  readonly reviewsEnded = new Counter({
    name: 'weicast_reviews_ended_total',
    help: "Messages under WeChat's review that were intercepted, or of which nothing was heard, by how.",
    labelNames: ['how'] as const,
    registers: [this.registry],
  });

  readonly sendSeconds = new Histogram({
    name: 'weicast_send_seconds',
    help: 'From the request to WeChat until its answer.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8],
    registers: [this.registry],
  });

  /** One observation a message: what a slow broadcast waits for first. */
  readonly queueWaitSeconds = new Histogram({
    name: 'weicast_queue_wait_seconds',
    help: 'From the release of a message until a worker takes its job.',
    labelNames: ['queue'] as const,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
    registers: [this.registry],
  });

  readonly claimSeconds = new Histogram({
    name: 'weicast_claim_seconds',
    help: 'A statement that claims a batch of messages.',
    buckets: STATEMENT_BUCKETS,
    registers: [this.registry],
  });

  readonly settleSeconds = new Histogram({
    name: 'weicast_settle_seconds',
    help: 'A statement that settles a batch of messages.',
    buckets: STATEMENT_BUCKETS,
    registers: [this.registry],
  });

  readonly releaseSeconds = new Histogram({
    name: 'weicast_release_seconds',
    help: 'A statement that hands out messages of one broadcast.',
    buckets: STATEMENT_BUCKETS,
    registers: [this.registry],
  });

  readonly receiveSeconds = new Histogram({
    name: 'weicast_receive_seconds',
    help: 'A statement that stores a batch of receipts.',
    buckets: STATEMENT_BUCKETS,
    registers: [this.registry],
  });

  /** Messages that share one statement: small ones at a high rate mean that something else is slow. */
  readonly batchMessages = new Histogram({
    name: 'weicast_batch_messages',
    help: 'Messages in one statement, by step: claim, settle, receive.',
    labelNames: ['step'] as const,
    buckets: [1, 5, 10, 25, 50, 100, 200, 350, 500],
    registers: [this.registry],
  });

  /** WeChat's times are whole seconds. */
  readonly receiptLagSeconds = new Histogram({
    name: 'weicast_receipt_lag_seconds',
    help: "From a receipt's own time until it is on record; the oldest of each batch.",
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600],
    registers: [this.registry],
  });

  readonly inboxLagSeconds = new Histogram({
    name: 'weicast_inbox_lag_seconds',
    help: 'From the arrival of a push until what it says is on record; the oldest of each batch.',
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
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

  /** `how`: `no_key`, `wrong_key`, `old_session`, `wrong_login`. */
  readonly unauthenticated = new Counter({
    name: 'weicast_unauthenticated_total',
    help: 'Requests answered 401, by how: no_key, wrong_key, old_session, wrong_login.',
    labelNames: ['how'] as const,
    registers: [this.registry],
  });

  readonly stampsForgotten = new Counter({
    name: 'weicast_callback_stamps_forgotten_total',
    help: 'Stamps of plain pushes that gave way to newer ones before they were 15 minutes old.',
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

  readonly databaseUnansweredSeconds = new Gauge({
    name: 'weicast_database_unanswered_seconds',
    help: 'How long the oldest query to PostgreSQL has waited for its answer; 0 where all are answered.',
    registers: [this.registry],
  });

  readonly databaseUnheardSeconds = new Gauge({
    name: 'weicast_database_unheard_seconds',
    help: 'How long PostgreSQL has been asked, or called, without a word on any connection; 0 where it speaks.',
    registers: [this.registry],
  });

  /** Without a worker there is none. */
  readonly turnAgeSeconds = new Gauge({
    name: 'weicast_turn_age_seconds',
    help: "Since this worker's last whole turn, by turn: release, sweep.",
    labelNames: ['turn'] as const,
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

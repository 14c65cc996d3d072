import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { RetentionConfig } from '../config/config.js';
import { Ticker } from '../kernel/ticker.js';
import { untilNone } from '../kernel/until-none.js';
import { DeadPushRepository } from './dead-push.repository.js';

const EVERY_MS = 60_000;
/** Enough to see what is wrong, and a bound for what a stranger can fill. */
const LIMIT_PER_ACCOUNT = 10_000;

/** Runs in every worker: deletes dead pushes that are too old, or too many for their account. */
@Injectable()
export class DeadPushExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(DeadPushExpiry.name);
  readonly #ticker = new Ticker(
    () => EVERY_MS,
    () => this.run(),
    (err) => this.#logger.warn({ err }, 'old dead pushes were not deleted; the next round does'),
  );
  readonly #deadPushes: DeadPushRepository;
  readonly #retention: RetentionConfig;

  constructor(deadPushes: DeadPushRepository, retention: RetentionConfig) {
    this.#deadPushes = deadPushes;
    this.#retention = retention;
  }

  onApplicationBootstrap(): void {
    this.#ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#ticker.stop();
  }

  /** Several workers at once delete different rows. The oldest go first. */
  async run({ limit = LIMIT_PER_ACCOUNT } = {}): Promise<void> {
    const { days } = this.#retention;
    if (days > 0) await untilNone(() => this.#deadPushes.deleteOlder(days));
    await untilNone(() => this.#deadPushes.deleteOverLimit(limit));
  }
}

import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Ticker } from '../../kernel/ticker.js';
import { FollowerSync } from './follower-sync.js';

const EVERY_MS = 15_000;

/** Beats in every worker: Redis may be emptied, so no walk depends on its job alone. */
@Injectable()
export class FollowerSyncTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(FollowerSyncTimer.name);
  readonly #ticker: Ticker;

  constructor(sync: FollowerSync) {
    this.#ticker = new Ticker(
      () => EVERY_MS,
      () => sync.nudgeUnfinished(),
      (err) => this.#logger.warn({ err }, 'unfinished walks could not be looked for'),
    );
  }

  onApplicationBootstrap(): void {
    this.#ticker.startLater();
  }

  /** The tick under way may wait for a queue that is away. */
  beforeApplicationShutdown(): void {
    void this.#ticker.stop();
  }
}

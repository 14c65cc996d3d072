import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Ticker } from '../../kernel/ticker.js';
import { FollowerSync } from './follower-sync.js';

const EVERY_MS = 15_000;

/** Runs in every worker: Redis may lose the job of a walk, so a timer nudges unfinished walks. */
@Injectable()
export class FollowerSyncTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(FollowerSyncTimer.name);
  readonly #ticker: Ticker;

  constructor(sync: FollowerSync) {
    this.#ticker = new Ticker(
      () => EVERY_MS,
      () => sync.nudgeUnfinished(),
      (err) =>
        this.#logger.warn({ err }, 'unfinished walks were not nudged; the next round nudges them'),
    );
  }

  onApplicationBootstrap(): void {
    this.#ticker.startLater();
  }

  /** We do not wait for the tick under way: it may wait for a queue that is away. */
  beforeApplicationShutdown(): void {
    void this.#ticker.stop();
  }
}

import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Ticker } from '../../../kernel/ticker.js';
import { PreflightNudges } from './preflight-nudges.js';
import { WalksRepository } from './walks.repository.js';

const EVERY_MS = 15_000;
const KEPT_DAYS = 30;
/** So many lots of old ones are removed at a time. */
const LOTS = 40;

/** Runs in every worker: nudges what waits, as Redis may lose jobs, and removes what is old. */
@Injectable()
export class PreflightTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(PreflightTimer.name);
  readonly #ticker: Ticker;

  constructor(walks: WalksRepository, nudges: PreflightNudges) {
    this.#ticker = new Ticker(
      () => EVERY_MS,
      async () => {
        if (await walks.isWaiting()) nudges.nudge();
        for (let lot = 0; lot < LOTS && (await walks.removeOlderThan(KEPT_DAYS)); lot++);
      },
      (err) =>
        this.#logger.warn({ err }, 'preflights were not looked after; the next round does it'),
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

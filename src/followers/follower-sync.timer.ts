import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { FollowerSync } from './follower-sync.js';

const EVERY_MS = 15_000;

/** Beats in every worker: Redis may be emptied, so no walk depends on its job alone. */
@Injectable()
export class FollowerSyncTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(FollowerSyncTimer.name);
  #timer: NodeJS.Timeout | undefined;
  #beating = false;

  constructor(private readonly sync: FollowerSync) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#beat(), EVERY_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  async #beat(): Promise<void> {
    if (this.#beating) return; // the queue may be away: one that waits for it is enough
    this.#beating = true;
    try {
      await this.sync.nudgeUnfinished();
    } catch (error) {
      this.logger.warn(`unfinished walks could not be looked for: ${String(error)}`);
    } finally {
      this.#beating = false;
    }
  }
}

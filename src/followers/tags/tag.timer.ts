import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Ticker } from '../../kernel/ticker.js';
import { TagSync } from './tag-sync.js';
import { Taggings } from './taggings.js';
import { GoneTags } from './gone-tags.js';

const EVERY_MS = 15_000;
/** So many lots of a tag that is gone are removed at a time. */
const LOTS = 40;

/** Runs in every worker: nudges unfinished walks and lists, and removes what is left of tags that are gone. */
@Injectable()
export class TagTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(TagTimer.name);
  readonly #ticker: Ticker;

  constructor(sync: TagSync, gone: GoneTags, taggings: Taggings) {
    this.#ticker = new Ticker(
      () => EVERY_MS,
      async () => {
        await sync.nudgeUnfinished();
        await taggings.nudgeUnfinished();
        for (let lot = 0; lot < LOTS && (await gone.clear()); lot++);
      },
      (err) =>
        this.#logger.warn(
          { err },
          'unfinished work on tags was not nudged; the next round does it',
        ),
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

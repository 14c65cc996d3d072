import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Ticker } from '../../kernel/ticker.js';
import { UploadNudges } from '../record/upload-nudges.js';
import { UploadSweep } from './upload-sweep.js';
import { WorkRepository } from './work.repository.js';

const EVERY_MS = 15_000;

/** Runs in every worker: nudges what waits, as Redis may lose jobs, and clears what nobody reads any more. */
@Injectable()
export class UploadTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(UploadTimer.name);
  readonly #ticker: Ticker;

  constructor(work: WorkRepository, nudges: UploadNudges, sweep: UploadSweep) {
    this.#ticker = new Ticker(
      () => EVERY_MS,
      async () => {
        if (await work.isWaiting('received')) nudges.preview();
        if (await work.isWaiting('importing')) nudges.import();
        await sweep.run();
      },
      (err) => this.#logger.warn({ err }, 'uploads were not looked after; the next round does it'),
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

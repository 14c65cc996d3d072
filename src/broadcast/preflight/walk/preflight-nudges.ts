import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { WORK_QUEUE } from '../../../queue/queue-names.js';

/** The job in the queue `work`. It says that a preflight waits; its row says the rest. */
export const PREFLIGHT = 'preflight';

/** Tells workers that a preflight waits for them. Nobody waits for the queue: what it loses, a timer tells again. */
@Injectable()
export class PreflightNudges {
  readonly #logger = new Logger(PreflightNudges.name);
  readonly #queue: Queue<object>;

  constructor(@InjectQueue(WORK_QUEUE) queue: Queue<object>) {
    this.#queue = queue;
  }

  nudge(): void {
    void this.#queue
      .add(PREFLIGHT, {}, { attempts: 1, removeOnComplete: true, removeOnFail: 100 })
      .catch((err: unknown) =>
        this.#logger.warn(
          { err },
          'a preflight was not queued: it is within a quarter of a minute',
        ),
      );
  }
}

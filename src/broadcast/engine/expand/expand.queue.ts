import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { withTimeout } from '../../../kernel/with-timeout.js';
import { EXPAND_QUEUE } from '../../../queue/queue-names.js';

/** A caller waits no longer than this for a queue that is away, in milliseconds. */
const PATIENCE_MS = 1_000;

export interface ExpandJob {
  readonly broadcastId: string;
}

/** Asks a worker to turn an audience into deliveries. */
@Injectable()
export class ExpandQueue {
  readonly #logger = new Logger(ExpandQueue.name);
  readonly #queue: Queue<ExpandJob>;

  constructor(@InjectQueue(EXPAND_QUEUE) queue: Queue<ExpandJob>) {
    this.#queue = queue;
  }

  /**
   * Never fails: the broadcast is on record, and the sweep asks again for one whose expansion makes no progress. The job
   * id keeps a broadcast from waiting in the queue twice.
   */
  async nudge(broadcastId: string): Promise<void> {
    const added = this.#queue.add(
      'expand',
      { broadcastId },
      { jobId: `expand-${broadcastId}`, attempts: 1, removeOnComplete: true, removeOnFail: true },
    );
    try {
      await withTimeout(PATIENCE_MS, added);
    } catch (err) {
      this.#logger.warn(
        { broadcastId, err },
        'the expansion of a broadcast was not queued; the sweep asks again',
      );
    }
  }
}

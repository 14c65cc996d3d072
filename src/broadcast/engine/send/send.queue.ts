import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { bisect } from '../../../kernel/bisect.js';
import { PRIORITY_SEND_QUEUE, SEND_QUEUE } from '../../../queue/queue-names.js';

/** What a send job is about: one row, in one release of it. */
export interface Nudge {
  readonly broadcastId: string;
  readonly openid: string;
  readonly nudge: number;
  /** It belongs to a test or a single message, and overtakes the broadcasts in a queue of its own. */
  readonly priority: boolean;
}

/** As it lies in Redis: b broadcast id, o openid, n nudge. */
export interface SendJob {
  readonly b: string;
  readonly o: string;
  readonly n: number;
}

const CHUNK = 500;

/** The row is the retry: a job runs once and leaves nothing behind. */
const ONCE = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

@Injectable()
export class SendQueue {
  readonly #logger = new Logger(SendQueue.name);
  readonly #broadcasts: Queue<SendJob>;
  readonly #priority: Queue<SendJob>;

  constructor(
    @InjectQueue(SEND_QUEUE) broadcasts: Queue<SendJob>,
    @InjectQueue(PRIORITY_SEND_QUEUE) priority: Queue<SendJob>,
  ) {
    this.#broadcasts = broadcasts;
    this.#priority = priority;
  }

  /**
   * One job per openid, id `<broadcastId>-<openid>-<nudge>`: an add under an id that still exists
   * is ignored, so the same nudge may be added again. Never fails: what could not be added stays
   * `queued`, and the sweep adds it again.
   */
  async add(nudges: readonly Nudge[]): Promise<void> {
    await this.#addAll(
      this.#priority,
      nudges.filter(({ priority }) => priority),
    );
    await this.#addAll(
      this.#broadcasts,
      nudges.filter(({ priority }) => !priority),
    );
  }

  /** One bad id makes BullMQ refuse the whole chunk, so the chunk is halved down to the bad id. */
  async #addAll(queue: Queue<SendJob>, nudges: readonly Nudge[]): Promise<void> {
    for (let i = 0; i < nudges.length; i += CHUNK)
      await bisect(nudges.slice(i, i + CHUNK), (chunk) => this.#addChunk(queue, chunk));
  }

  async #addChunk(queue: Queue<SendJob>, chunk: readonly Nudge[]): Promise<void> {
    try {
      await queue.addBulk(
        chunk.map(({ broadcastId, openid, nudge }) => ({
          name: 's',
          data: { b: broadcastId, o: openid, n: nudge },
          opts: { jobId: `${broadcastId}-${openid}-${nudge}`, ...ONCE },
        })),
      );
    } catch (err) {
      this.#logger.warn(
        { jobs: chunk.length, err },
        'send jobs were not added; the sweep adds them',
      );
      throw err;
    }
  }
}

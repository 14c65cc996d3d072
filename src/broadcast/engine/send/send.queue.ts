import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { bisect } from '../../../kernel/bisect.js';
import { PRIORITY_SEND_QUEUE, SEND_QUEUE } from '../../../queue/queue-names.js';

/** "Look at this row": one job for one openid and one release of it. */
export interface Nudge {
  readonly broadcastId: string;
  readonly openid: string;
  readonly nudge: number;
  /** Of a test or a single message: it overtakes the broadcasts, in a queue of its own. */
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
  readonly #first: Queue<SendJob>;

  constructor(
    @InjectQueue(SEND_QUEUE) broadcasts: Queue<SendJob>,
    @InjectQueue(PRIORITY_SEND_QUEUE) first: Queue<SendJob>,
  ) {
    this.#broadcasts = broadcasts;
    this.#first = first;
  }

  /**
   * One job per openid, id `<broadcastId>-<openid>-<nudge>`: an add under an id that still exists
   * is ignored, so the same nudge may be added again. Never fails: what could not be added stays
   * `queued`, and the sweep adds it again.
   */
  async add(nudges: readonly Nudge[]): Promise<void> {
    await this.#addAll(
      this.#first,
      nudges.filter(({ priority: first }) => first),
    );
    await this.#addAll(
      this.#broadcasts,
      nudges.filter(({ priority: first }) => !first),
    );
  }

  /** One bad id makes BullMQ refuse its whole chunk: it is halved down to it. */
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
    } catch (error) {
      this.#logger.warn({ jobs: chunk.length, err: error }, 'jobs not added');
      throw error;
    }
  }
}

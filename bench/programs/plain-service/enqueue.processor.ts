import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job, Queue } from 'bullmq';
import { Broadcasts } from './broadcasts.js';
import { ENQUEUE_QUEUE, type EnqueueJob, SEND_QUEUE, type SendJob } from './jobs.js';
import { Recipients } from './recipients.js';
import { Wechat } from './wechat.js';

/** Rows of one insert, and jobs of one addBulk. */
const CHUNK = 500;

@Processor(ENQUEUE_QUEUE)
export class EnqueueProcessor extends WorkerHost {
  readonly #wechat: Wechat;
  readonly #broadcasts: Broadcasts;
  readonly #recipients: Recipients;
  readonly #sends: Queue<SendJob>;

  constructor(
    wechat: Wechat,
    broadcasts: Broadcasts,
    recipients: Recipients,
    @InjectQueue(SEND_QUEUE) sends: Queue<SendJob>,
  ) {
    super();
    this.#wechat = wechat;
    this.#broadcasts = broadcasts;
    this.#recipients = recipients;
    this.#sends = sends;
  }

  async process(job: Job<EnqueueJob>): Promise<void> {
    const { broadcastId } = job.data;
    let { after, left } = job.data;
    while (left > 0) {
      const page = (await this.#wechat.followers(after)).slice(0, left);
      const last = page.at(-1);
      if (last === undefined) break;
      for (let from = 0; from < page.length; from += CHUNK)
        await this.#enqueue(broadcastId, page.slice(from, from + CHUNK));
      after = last;
      left -= page.length;
      await job.updateData({ broadcastId, after, left });
    }
    await this.#broadcasts.enqueued(broadcastId);
  }

  /** Rows first: a job without a row could say nothing. BullMQ ignores a job whose id is still there. */
  async #enqueue(broadcastId: string, openids: readonly string[]): Promise<void> {
    await this.#recipients.insert(broadcastId, openids);
    await this.#sends.addBulk(
      openids.map((openid) => ({
        name: 'send',
        data: { broadcastId, openid },
        opts: { jobId: `${broadcastId}-${openid}` },
      })),
    );
  }
}

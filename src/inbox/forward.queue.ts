import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { JobsOptions, Queue } from 'bullmq';
import { FORWARD_QUEUE } from '../queue/queue-names.js';
import type { InboxPush } from '../wechat-auth/inbox-job.js';

/** One push for the customer's own server, sealed as in the inbox. The address is looked up when it is sent. */
export type ForwardJob = Required<Omit<InboxPush, 'content'>>;

const JOB_OPTIONS: JobsOptions = {
  attempts: 8,
  backoff: { type: 'exponential', delay: 5_000 }, // 5 s, 10 s, … 320 s: some ten minutes in all
  removeOnComplete: true,
  removeOnFail: { age: 24 * 60 * 60, count: 1_000 },
  stackTraceLimit: 1,
};

/** Asks a worker to send pushes on. */
@Injectable()
export class ForwardQueue {
  readonly #queue: Queue<ForwardJob>;

  constructor(@InjectQueue(FORWARD_QUEUE) queue: Queue<ForwardJob>) {
    this.#queue = queue;
  }

  /** One job each. While they wait, the same inbox job adds none of them twice. */
  async add(inboxJobId: string, pushes: readonly InboxPush[]): Promise<void> {
    const jobs = pushes.flatMap(({ appid, accountId, receivedAt, sealed }, index) => {
      if (sealed === undefined) return [];
      const data: ForwardJob = { appid, accountId, receivedAt, sealed };
      return { name: 'push', data, opts: { ...JOB_OPTIONS, jobId: `${inboxJobId}-${index}` } };
    });
    if (jobs.length > 0) await this.#queue.addBulk(jobs);
  }
}

import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { JobsOptions, Queue } from 'bullmq';
import { FORWARD_QUEUE } from '../queue/queue-names.js';
import type { CarriedBytes, InboxPush } from '../wechat-auth/inbox-job.js';

/** One push for the customer's own server, as it came. The address is looked up when it is sent. */
export interface ForwardJob {
  readonly accountId: number;
  /** Unix time in milliseconds. */
  readonly receivedAt: number;
  readonly body: CarriedBytes;
  readonly contentType?: string;
  readonly query: string;
}

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
  constructor(@InjectQueue(FORWARD_QUEUE) private readonly queue: Queue<ForwardJob>) {}

  /** One job each. While they wait, the same inbox job adds none of them twice. */
  async add(inboxJobId: string, pushes: readonly InboxPush[]): Promise<void> {
    const jobs = pushes.flatMap(({ accountId, receivedAt, content, original }, index) => {
      if (original === undefined) return [];
      const { body = content, contentType, query } = original;
      const data: ForwardJob = {
        accountId,
        receivedAt,
        body,
        query,
        ...(contentType && { contentType }),
      };
      return { name: 'push', data, opts: { ...JOB_OPTIONS, jobId: `${inboxJobId}-${index}` } };
    });
    if (jobs.length > 0) await this.queue.addBulk(jobs);
  }
}

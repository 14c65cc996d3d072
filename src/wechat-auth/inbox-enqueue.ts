import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { JobsOptions, Queue } from 'bullmq';
import { Coalescer } from '../kernel/coalescer.js';
import { withTimeout } from '../kernel/with-timeout.js';
import { INBOX_QUEUE } from '../queue/queue-names.js';
import type { CarriedBytes, InboxJob, InboxPush } from './inbox-job.js';

/** WeChat waits 5 s in all, for the name look-up and the connection too. */
const PATIENCE_MS = 3_000;
/** The bytes that may wait for the queue: while the queue is away, they wait in memory. */
const CAPACITY_BYTES = 64 * 1024 * 1024;

const JOB_OPTIONS: JobsOptions = {
  attempts: 2 ** 31 - 1, // unlimited, as far as BullMQ's integer column goes
  backoff: { type: 'inbox' }, // the schedule is the worker's to bring
  removeOnComplete: true,
  removeOnFail: false,
  stackTraceLimit: 1, // one failure is like the next, and there may be thousands
};

/** The push is in no job as far as we know, so WeChat must not be told that it is safe. */
class PushNotStored extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'PushNotStored';
  }
}

interface Waiting {
  readonly push: InboxPush;
  readonly bytes: number;
}

/** Puts pushes into the inbox: those of a few milliseconds share one job. */
@Injectable()
export class InboxEnqueue implements OnModuleDestroy {
  #bytes = 0;
  readonly #jobs = new Coalescer<Waiting, void>(
    {
      waitMs: 5,
      maxItems: 200,
      maxWeight: 256 * 1024,
      weigh: ({ bytes }) => bytes,
      concurrency: 4,
    },
    async (batch) => {
      await this.#queue.add('pushes', { pushes: batch.map(({ push }) => push) }, JOB_OPTIONS);
      return batch.map(() => undefined);
    },
  );
  readonly #queue: Queue<InboxJob>;

  constructor(@InjectQueue(INBOX_QUEUE) queue: Queue<InboxJob>) {
    this.#queue = queue;
  }

  /**
   * Resolves once the push is stored; rejects with `PushNotStored` over the capacity, or after three seconds.
   * A push given up on may still be stored later: it then arrives twice, which its readers expect anyway.
   */
  async store(push: InboxPush): Promise<void> {
    const bytes = sizeOf(push.content ?? '') + (push.sealed?.length ?? 0);
    if (this.#bytes + bytes > CAPACITY_BYTES) {
      throw new PushNotStored(`${this.#bytes} bytes of pushes wait for the queue already`);
    }
    this.#bytes += bytes;
    const stored = this.#jobs.add({ push, bytes }).finally(() => (this.#bytes -= bytes));
    await inTime(stored);
  }

  async onModuleDestroy(): Promise<void> {
    await inTime(this.#jobs.drain()).catch(() => {}); // callers of `store` have got their answers
  }
}

const sizeOf = (carried: CarriedBytes): number =>
  typeof carried === 'string' ? carried.length : carried.base64.length;

async function inTime(stored: Promise<void>): Promise<void> {
  try {
    await withTimeout(PATIENCE_MS, stored);
  } catch (cause) {
    throw new PushNotStored('the queue has not stored it', cause);
  }
}

import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { WORK_QUEUE } from '../../queue/queue-names.js';

/** The names of the jobs in the queue `work`. They say that something waits; its row says the rest. */
export const UPLOAD_PREVIEW = 'upload-preview';
export const UPLOAD_IMPORT = 'upload-import';

/** Tells workers that an upload waits for them. Nobody waits for the queue: what it loses, a timer tells again. */
@Injectable()
export class UploadNudges {
  readonly #logger = new Logger(UploadNudges.name);
  readonly #queue: Queue<object>;

  constructor(@InjectQueue(WORK_QUEUE) queue: Queue<object>) {
    this.#queue = queue;
  }

  preview(): void {
    this.#nudge(UPLOAD_PREVIEW);
  }

  import(): void {
    this.#nudge(UPLOAD_IMPORT);
  }

  #nudge(name: string): void {
    const options = { attempts: 1, removeOnComplete: true, removeOnFail: 100 };
    void this.#queue
      .add(name, {}, options)
      .catch((err: unknown) =>
        this.#logger.warn({ err }, 'an upload was not queued: it is within a quarter of a minute'),
      );
  }
}

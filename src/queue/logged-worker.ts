import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Worker } from 'bullmq';
import { seldomWarned } from './seldom-warned.js';

/** A send in flight ends within eight seconds. */
const CLOSE_PATIENCE_MS = 8_500;
const DISCONNECT_PATIENCE_MS = 500;

/** A BullMQ worker whose troubles go to our log (unheard, BullMQ prints each of them), and whose end has one. */
export class LoggedWorker extends Worker {
  readonly #logger = new Logger('Worker');
  #closed: Promise<void> | undefined;

  constructor(...given: ConstructorParameters<typeof Worker>) {
    super(...given);
    this.on(
      'error',
      seldomWarned((err) => this.#logger.warn({ queue: this.name, err }, 'a worker is in trouble')),
    );
  }

  /**
   * BullMQ waits until its blocking connection has said that it ended. One to a cluster whose node was away may
   * never say so: then it is left as it is. Whatever it still did, the rows would not let it be done twice.
   */
  override close(force = false): Promise<void> {
    this.#closed ??= this.#close(force);
    return this.#closed;
  }

  async #close(force: boolean): Promise<void> {
    if (await within(CLOSE_PATIENCE_MS, super.close(force))) return;
    this.#logger.warn({ queue: this.name }, 'a worker’s connection did not end: it is left');
    await within(DISCONNECT_PATIENCE_MS, this.backend.close(true));
  }
}

/** Whether it ended in time. */
async function within(ms: number, work: Promise<void>): Promise<boolean> {
  return Promise.race([work.then(() => true), sleep(ms, false, { ref: false })]);
}

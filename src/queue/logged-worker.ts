import { Logger } from '@nestjs/common';
import { Worker } from 'bullmq';
import { seldomWarned } from './seldom-warned.js';

/** A BullMQ worker whose troubles go to our log; unheard, BullMQ prints each of them. */
export class LoggedWorker extends Worker {
  constructor(...given: ConstructorParameters<typeof Worker>) {
    super(...given);
    const logger = new Logger('Worker');
    this.on(
      'error',
      seldomWarned((err) => logger.warn({ queue: this.name, err }, 'a worker is in trouble')),
    );
  }
}

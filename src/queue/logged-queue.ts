import { Logger } from '@nestjs/common';
import { Queue, type QueueOptions } from 'bullmq';
import { connectedOnly } from './connected-only.js';
import { seldomWarned } from './seldom-warned.js';

/** A BullMQ queue whose troubles go to our log. */
export class LoggedQueue extends Queue {
  constructor(name: string, options: QueueOptions) {
    super(name, connectedOnly(options));
    const logger = new Logger('Queue');
    this.on(
      'error',
      seldomWarned((err) => logger.warn({ queue: name, err }, 'the queue is in trouble')),
    );
  }
}

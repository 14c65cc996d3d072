import { Logger } from '@nestjs/common';
import { Queue, type QueueOptions } from 'bullmq';
import { LogThrottle } from '../kernel/log-throttle.js';
import { connectedOnly } from './connected-only.js';

/** A BullMQ queue whose errors go to our log; without a listener BullMQ prints each of them. */
export class LoggedQueue extends Queue {
  constructor(name: string, options: QueueOptions) {
    super(name, connectedOnly(options));
    const logger = new Logger('Queue');
    const throttle = new LogThrottle();
    this.on('error', (err) => {
      if (throttle.due()) logger.warn({ queue: name, err }, 'a queue reports an error');
    });
  }
}

import { Logger } from '@nestjs/common';
import { Queue, type QueueOptions } from 'bullmq';

/** One line a minute says that a queue is in trouble; BullMQ by itself prints every refused connection. */
const QUIET_MS = 60_000;

/** A BullMQ queue whose troubles go to our log. */
export class LoggedQueue extends Queue {
  constructor(name: string, options: QueueOptions) {
    super(name, options);
    const logger = new Logger('Queue');
    let quietUntil = 0;
    this.on('error', (err) => {
      if (performance.now() < quietUntil) return;
      quietUntil = performance.now() + QUIET_MS;
      logger.warn({ queue: name, err }, 'the queue is in trouble');
    });
  }
}

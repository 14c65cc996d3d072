import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { QueueConfig } from '../config/config.js';
import { LogThrottle } from '../kernel/log-throttle.js';
import { gatherWrites } from '../redis/gathered-writes.js';
import { connectRedis, parseRedisUrl } from '../redis/redis-address.js';
import { withoutEvents } from './without-events.js';

/** The connection to a server that hangs is closed after this; BullMQ's blocking reads take ten seconds at most. */
export const SILENCE_MS = 15_000;

/**
 * The Redis connection that all queues share; workers duplicate it for their blocking reads.
 * BullMQ leaves a connection that it was given open, so we close it, after the workers.
 */
@Injectable()
export class QueueRedis implements OnApplicationShutdown {
  readonly client: Redis | Cluster | undefined;

  constructor({ redisUrl }: QueueConfig) {
    if (redisUrl === undefined) return;
    const logger = new Logger(QueueRedis.name);
    const throttle = new LogThrottle();
    // Workers must wait out a Redis that is away instead of failing their commands: to BullMQ a failed
    // command is a lost one, and its job lies still until the lock on it has run out.
    this.client = connectRedis(parseRedisUrl(redisUrl), {
      maxRetriesPerRequest: null,
      socketTimeout: SILENCE_MS,
    }).on(
      // An event of clusters. Their commands wait without a word, and their queues hear only of a whole cluster's absence.
      'node error',
      (err: Error, node: string) => {
        if (throttle.due())
          logger.warn({ err, node }, 'a node of the Redis cluster reports an error');
      },
    );
    gatherWrites(this.client);
    withoutEvents(this.client);
  }

  async onApplicationShutdown(): Promise<void> {
    this.client?.disconnect();
    await Promise.resolve();
  }
}

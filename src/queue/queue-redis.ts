import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { QueueConfig } from '../config/config.js';
import { connectRedis, parseRedisUrl } from '../redis/redis-address.js';

/**
 * The Redis connection that all queues share; workers duplicate it for their blocking reads.
 * BullMQ leaves a connection that it was given open, so we close it, after the workers.
 */
@Injectable()
export class QueueRedis implements OnApplicationShutdown {
  readonly client: Redis | Cluster | undefined;

  constructor({ redisUrl }: QueueConfig) {
    if (redisUrl === undefined) return;
    // Workers must wait out a Redis that is away instead of failing their commands.
    this.client = connectRedis(parseRedisUrl(redisUrl), { maxRetriesPerRequest: null });
  }

  async onApplicationShutdown(): Promise<void> {
    this.client?.disconnect();
    await Promise.resolve();
  }
}

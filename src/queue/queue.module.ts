import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import type { QueueOptions } from 'bullmq';
import { DatabaseConfig, QueueConfig } from '../config/config.js';
import { LoggedQueue } from './logged-queue.js';
import { LoggedWorker } from './logged-worker.js';
import { queueOptionsOnPostgres, queueOptionsOnRedis } from './queue-backend.js';
import type { QueueName } from './queue-names.js';
import { QueueRedis } from './queue-redis.js';
import { QueueTraces } from './queue-traces.js';

BullModule.queueClass = LoggedQueue;
BullModule.workerClass = LoggedWorker;

@Module({ providers: [QueueRedis, QueueTraces], exports: [QueueRedis, QueueTraces] })
class RedisConnectionsModule {}

/**
 * BullMQ, on Redis where one is configured, else on its own PostgreSQL backend in our database.
 * Nobody above this folder knows which of the two runs.
 */
@Module({
  imports: [
    BullModule.forRootAsync({
      imports: [RedisConnectionsModule],
      inject: [QueueConfig, DatabaseConfig, QueueRedis, QueueTraces],
      useFactory: async (
        queue: QueueConfig,
        database: DatabaseConfig,
        redis: QueueRedis,
        traces: QueueTraces,
      ): Promise<QueueOptions> => ({
        ...(redis.client
          ? queueOptionsOnRedis(redis.client, queue)
          : await queueOptionsOnPostgres(database)),
        ...(await traces.options()),
        // Nobody replays the events. On Redis there are none (without-events.ts).
        streams: { events: { maxLen: 100 } },
        defaultJobOptions: { removeOnComplete: true },
      }),
    }),
  ],
})
export class QueueModule {
  /** The named queues, to inject with `@InjectQueue` and to read with `@Processor`. */
  static for(...names: QueueName[]): DynamicModule {
    return {
      module: QueueModule,
      imports: [BullModule.registerQueue(...names.map((name) => ({ name })))],
      exports: [BullModule],
    };
  }
}

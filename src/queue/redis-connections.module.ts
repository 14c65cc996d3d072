import { Module } from '@nestjs/common';
import { QueueRedis } from './queue-redis.js';
import { QueueTraces } from './queue-traces.js';

@Module({ providers: [QueueRedis, QueueTraces], exports: [QueueRedis, QueueTraces] })
export class RedisConnectionsModule {}

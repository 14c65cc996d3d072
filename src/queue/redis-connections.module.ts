import { Module } from '@nestjs/common';
import { QueueRedis } from './queue-redis.js';

@Module({ providers: [QueueRedis], exports: [QueueRedis] })
export class RedisConnectionsModule {}

import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { QUEUE_NAMES } from '../queue/queue-names.js';
import { QueueModule } from '../queue/queue.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { QueueDepth } from './queue-depth.js';
import { ReadinessService } from './readiness.service.js';
import { RoleBeat } from './role-beat.js';
import { SilenceFigures } from './silence-figures.js';
import { Standstill } from './standstill.js';
import { StoreChecks } from './store-checks.js';
import { watchedQueues } from './watched-queues.js';

/** Health and metrics, for every role. */
@Module({
  imports: [DatabaseModule, RedisModule, QueueModule.for(...QUEUE_NAMES), MetricsModule],
  controllers: [HealthController, MetricsController],
  providers: [
    watchedQueues,
    StoreChecks,
    Standstill,
    RoleBeat,
    ReadinessService,
    QueueDepth,
    SilenceFigures,
  ],
})
export class HealthApiModule {}

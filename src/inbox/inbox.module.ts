import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { FollowersModule } from '../followers/followers.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { MiniProgramModule } from '../mini-program/mini-program.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { FORWARD_QUEUE } from '../queue/queue-names.js';
import { EngineModule } from '../broadcast/engine/engine.module.js';
import { PushSealing } from '../wechat-auth/push-sealing.js';
import { DeadPushRepository } from './dead-push.repository.js';
import { ForwardQueue } from './forward.queue.js';
import { ForwardService } from './forward.service.js';
import { InboxService } from './inbox.service.js';
import { PushRecords } from './push-records.service.js';

@Module({
  imports: [
    DatabaseModule,
    MetricsModule,
    QueueModule.for(FORWARD_QUEUE),
    AccountsModule,
    FollowersModule,
    MiniProgramModule,
    EngineModule,
  ],
  providers: [
    PushSealing,
    DeadPushRepository,
    ForwardQueue,
    ForwardService,
    PushRecords,
    InboxService,
  ],
  // The repository is for this folder's worker module alone.
  exports: [InboxService, ForwardService, DeadPushRepository],
})
export class InboxModule {}

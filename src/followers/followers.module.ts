import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { WORK_QUEUE } from '../queue/queue-names.js';
import { FollowerEvents } from './follower-events.js';
import { OutdatedSuppressions } from './suppressions/outdated-suppressions.js';
import { FollowerSync } from './sync/follower-sync.js';
import { FollowerSyncRepository } from './sync/follower-sync.repository.js';
import { FollowersService } from './followers.service.js';
import { RecentPushes } from './testers/recent-pushes.js';
import { Testers } from './testers/testers.service.js';
import { SuppressionsService } from './suppressions/suppressions.service.js';

@Module({
  imports: [DatabaseModule, QueueModule.for(WORK_QUEUE)],
  providers: [
    FollowersService,
    FollowerEvents,
    OutdatedSuppressions,
    SuppressionsService,
    Testers,
    RecentPushes,
    FollowerSync,
    FollowerSyncRepository,
  ],
  // The repository is for this folder's worker module alone.
  exports: [
    FollowersService,
    FollowerEvents,
    OutdatedSuppressions,
    SuppressionsService,
    Testers,
    RecentPushes,
    FollowerSync,
    FollowerSyncRepository,
  ],
})
export class FollowersModule {}

import { Module } from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module.js';
import { EngineWorkerModule } from './broadcast/engine/engine.worker.module.js';
import { PreflightWork } from './broadcast/preflight/walk/preflight.job.js';
import { PreflightWorkerModule } from './broadcast/preflight/walk/preflight.worker.module.js';
import { FollowerSyncWork } from './followers/sync/follower-sync.job.js';
import { FollowerSyncTimer } from './followers/sync/follower-sync.timer.js';
import { FollowerWalk } from './followers/sync/follower-walk.js';
import { TagSyncWork } from './followers/tags/tag-sync.job.js';
import { TaggingWork } from './followers/tags/tagging.job.js';
import { TagTimer } from './followers/tags/tag.timer.js';
import { TagWalk } from './followers/tags/tag-walk.js';
import { PagePauses, Patience } from './followers/walk/patience.js';
import { FollowersModule } from './followers/followers.module.js';
import { InboxWorkerModule } from './inbox/inbox.worker.module.js';
import { MiniProgramExpiry } from './mini-program/mini-program-expiry.timer.js';
import { MiniProgramModule } from './mini-program/mini-program.module.js';
import { UploadWork } from './uploads/work/upload-work.js';
import { UploadsWorkerModule } from './uploads/uploads.worker.module.js';
import { WorkJobs } from './queue/work-jobs.js';
import { WorkProcessor } from './queue/work.processor.js';
import { TokenRecovery } from './token/token-recovery.js';
import { TokenModule } from './token/token.module.js';

/** Role `worker`: everything that happens without a request. */
@Module({
  imports: [
    EngineWorkerModule,
    PreflightWorkerModule,
    InboxWorkerModule,
    AccountsModule,
    FollowersModule,
    MiniProgramModule,
    TokenModule,
    UploadsWorkerModule,
  ],
  providers: [
    FollowerWalk,
    PagePauses,
    Patience,
    FollowerSyncWork,
    TagWalk,
    TagSyncWork,
    TaggingWork,
    TagTimer,
    UploadWork,
    PreflightWork,
    WorkJobs,
    WorkProcessor,
    FollowerSyncTimer,
    MiniProgramExpiry,
    TokenRecovery,
  ],
})
export class WorkerModule {}

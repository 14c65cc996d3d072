import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { TokenModule } from '../token/token.module.js';
import { FollowerSyncProcessor } from './follower-sync.processor.js';
import { FollowerSyncTimer } from './follower-sync.timer.js';
import { FollowerWalk, PagePauses } from './follower-walk.js';
import { FollowersModule } from './followers.module.js';

@Module({
  imports: [AccountsModule, FollowersModule, TokenModule],
  providers: [FollowerWalk, PagePauses, FollowerSyncProcessor, FollowerSyncTimer],
})
export class FollowersWorkerModule {}

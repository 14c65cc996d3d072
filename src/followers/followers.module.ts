import { Module, type OnModuleInit } from '@nestjs/common';
import { AccountHealthReader } from '../accounts/account-health.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { WORK_QUEUE } from '../queue/queue-names.js';
import { TokenModule } from '../token/token.module.js';
import { FollowerEvents } from './follower-events.js';
import { OutdatedSuppressions } from './suppressions/outdated-suppressions.js';
import { FollowerSync } from './sync/follower-sync.js';
import { FollowerSyncRepository } from './sync/follower-sync.repository.js';
import { FollowersService } from './followers.service.js';
import { RecentPushes } from './testers/recent-pushes.js';
import { TesterInvites } from './testers/tester-invites.js';
import { Testers } from './testers/testers.service.js';
import { Blacklist } from './tags/blacklist.js';
import { GoneTags } from './tags/gone-tags.js';
import { TaggingRepository } from './tags/tagging.repository.js';
import { Taggings } from './tags/taggings.js';
import { TagSync } from './tags/tag-sync.js';
import { TagSyncRepository } from './tags/tag-sync.repository.js';
import { Tags } from './tags/tags.service.js';
import { SuppressionsService } from './suppressions/suppressions.service.js';

@Module({
  imports: [AccountsModule, DatabaseModule, QueueModule.for(WORK_QUEUE), TokenModule],
  providers: [
    FollowersService,
    FollowerEvents,
    OutdatedSuppressions,
    SuppressionsService,
    Testers,
    TesterInvites,
    RecentPushes,
    FollowerSync,
    FollowerSyncRepository,
    Tags,
    TagSync,
    TagSyncRepository,
    Taggings,
    TaggingRepository,
    GoneTags,
    Blacklist,
  ],
  // The repositories are for the worker module alone.
  exports: [
    FollowersService,
    FollowerEvents,
    OutdatedSuppressions,
    SuppressionsService,
    Testers,
    TesterInvites,
    RecentPushes,
    FollowerSync,
    FollowerSyncRepository,
    Tags,
    TagSync,
    TagSyncRepository,
    Taggings,
    TaggingRepository,
    GoneTags,
    Blacklist,
  ],
})
export class FollowersModule implements OnModuleInit {
  readonly #health: AccountHealthReader;
  readonly #syncs: FollowerSync;

  constructor(health: AccountHealthReader, syncs: FollowerSync) {
    this.#health = health;
    this.#syncs = syncs;
  }

  onModuleInit(): void {
    this.#health.learnFrom('followers', (accounts) => this.#syncs.healthOf(accounts));
  }
}

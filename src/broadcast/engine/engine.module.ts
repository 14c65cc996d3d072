import { Module } from '@nestjs/common';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { DatabaseModule } from '../../database/database.module.js';
import { FollowersModule } from '../../followers/followers.module.js';
import { QueueModule } from '../../queue/queue.module.js';
import { EXPAND_QUEUE } from '../../queue/queue-names.js';
import { Broadcasts } from './record/broadcasts.js';
import { Counters } from './record/counters.js';
import { DeliveryPartitions } from './storage/delivery-partitions.js';
import { ExpandQueue } from './expand/expand.queue.js';
import { Holds } from './holds/holds.js';
import { Lane } from './record/lane.js';
import { MatchService } from './receipts/match.service.js';
import { ReceiptsService } from './receipts/receipts.service.js';
import { RestoredDatabase } from './storage/restored-database.js';
import { AccountReviews } from './reviews/account-reviews.js';

/** What the operators' verbs and the inbox need of the engine; nothing here sends. */
@Module({
  imports: [AccountsModule, DatabaseModule, FollowersModule, QueueModule.for(EXPAND_QUEUE)],
  providers: [
    Lane,
    Broadcasts,
    Holds,
    Counters,
    DeliveryPartitions,
    ExpandQueue,
    MatchService,
    ReceiptsService,
    RestoredDatabase,
    AccountReviews,
  ],
  exports: [
    Lane,
    Broadcasts,
    Holds,
    Counters,
    DeliveryPartitions,
    ExpandQueue,
    MatchService,
    ReceiptsService,
    RestoredDatabase,
  ],
})
export class EngineModule {}

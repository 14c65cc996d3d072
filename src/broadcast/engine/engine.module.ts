import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { QueueModule } from '../../queue/queue.module.js';
import { EXPAND_QUEUE } from '../../queue/queue-names.js';
import { Cancelling } from './cancel.js';
import { Counters } from './counters.js';
import { DeliveryPartitions } from './delivery-partitions.js';
import { ExpandQueue } from './expand.queue.js';
import { Holds } from './holds.js';
import { Lane } from './lane.js';
import { MatchService } from './match.service.js';
import { ReceiptsService } from './receipts.service.js';

/** What the operators' verbs and the inbox need of the engine; nothing here sends. */
@Module({
  imports: [DatabaseModule, QueueModule.for(EXPAND_QUEUE)],
  providers: [
    Lane,
    Holds,
    Cancelling,
    Counters,
    DeliveryPartitions,
    ExpandQueue,
    MatchService,
    ReceiptsService,
  ],
  exports: [
    Lane,
    Holds,
    Cancelling,
    Counters,
    DeliveryPartitions,
    ExpandQueue,
    MatchService,
    ReceiptsService,
  ],
})
export class EngineModule {}

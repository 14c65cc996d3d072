import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { FollowersModule } from '../followers/followers.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { BroadcastCheck } from './broadcast-check.service.js';
import { BroadcastCreation } from './broadcast-creation.service.js';
import { BroadcastEventsRepository } from './broadcast-events.repository.js';
import { BroadcastList } from './broadcast-list.js';
import { BroadcastWatches } from './broadcast-watches.js';
import { BroadcastReports } from './broadcast.report.js';
import { BroadcastRepository } from './broadcast.repository.js';
import { BroadcastService } from './broadcast.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { EngineModule } from './engine/engine.module.js';
import { OpenidHistory } from './openid-history.js';
import { SendRates } from './send-rates.js';

/** What operators do with broadcasts, and what they are told about them. */
@Module({
  imports: [DatabaseModule, AccountsModule, TemplatesModule, FollowersModule, EngineModule],
  providers: [
    BroadcastCheck,
    BroadcastCreation,
    BroadcastEventsRepository,
    BroadcastList,
    BroadcastReports,
    BroadcastRepository,
    BroadcastService,
    BroadcastWatches,
    DeliveriesRepository,
    OpenidHistory,
    SendRates,
  ],
  exports: [
    BroadcastCreation,
    BroadcastList,
    BroadcastReports,
    BroadcastService,
    BroadcastWatches,
    DeliveriesRepository,
    OpenidHistory,
  ],
})
export class BroadcastModule {}

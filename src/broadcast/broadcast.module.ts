import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { FollowersModule } from '../followers/followers.module.js';
import { PacingModule } from '../pacing/pacing.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { BroadcastChange } from './broadcast-change.service.js';
import { BroadcastChanges } from './broadcast-changes.repository.js';
import { BroadcastCheck } from './broadcast-check.service.js';
import { BroadcastCreation } from './broadcast-creation.service.js';
import { BroadcastEventsRepository } from './broadcast-events.repository.js';
import { BroadcastList } from './broadcast-list.js';
import { BroadcastStart } from './broadcast-start.service.js';
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
  imports: [
    DatabaseModule,
    AccountsModule,
    TemplatesModule,
    FollowersModule,
    PacingModule,
    EngineModule,
  ],
  providers: [
    BroadcastChange,
    BroadcastChanges,
    BroadcastCheck,
    BroadcastCreation,
    BroadcastEventsRepository,
    BroadcastList,
    BroadcastReports,
    BroadcastRepository,
    BroadcastService,
    BroadcastStart,
    BroadcastWatches,
    DeliveriesRepository,
    OpenidHistory,
    SendRates,
  ],
  exports: [
    BroadcastChange,
    BroadcastCreation,
    BroadcastList,
    BroadcastReports,
    BroadcastService,
    BroadcastStart,
    BroadcastWatches,
    DeliveriesRepository,
    OpenidHistory,
  ],
})
export class BroadcastModule {}

import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { FollowersModule } from '../followers/followers.module.js';
import { PacingModule } from '../pacing/pacing.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { AudienceCheck } from './audience-check.service.js';
import { BroadcastAccounts } from './broadcast-accounts.js';
import { BroadcastChange } from './broadcast-change.service.js';
import { BroadcastChanges } from './broadcast-changes.repository.js';
import { BroadcastCheck } from './broadcast-check.service.js';
import { BroadcastCreation } from './broadcast-creation.service.js';
import { BroadcastEventsRepository } from './broadcast-events.repository.js';
import { BroadcastInsertion } from './broadcast-insertion.js';
import { BroadcastList } from './broadcast-list.js';
import { BroadcastStart } from './broadcast-start.service.js';
import { BroadcastWarnings } from './broadcast-warnings.js';
import { BroadcastWatches } from './broadcast-watches.js';
import { BroadcastReports } from './broadcast.report.js';
import { BroadcastRepository } from './broadcast.repository.js';
import { BroadcastService } from './broadcast.service.js';
import { ChannelRules } from './channel-rules.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryPartitions } from './engine/keeping/delivery-partitions.js';
import { EngineModule } from './engine/engine.module.js';
import { OpenidHistory } from './openid-history.js';
import { PacedAccounts } from './paced-accounts.js';
import { SingleMessageReports } from './single-message.report.js';
import { SendRates } from './send-rates.js';
import { UnheardBroadcasts } from './unheard-broadcasts.js';
import { WarnedBroadcasts } from './warned-broadcasts.js';

/** What operators do with broadcasts, and what they are told about them. */
@Module({
  imports: [
    AccessModule,
    DatabaseModule,
    AccountsModule,
    ChannelsModule,
    TemplatesModule,
    FollowersModule,
    PacingModule,
    EngineModule,
  ],
  providers: [
    AudienceCheck,
    BroadcastAccounts,
    BroadcastChange,
    BroadcastChanges,
    BroadcastCheck,
    BroadcastCreation,
    BroadcastEventsRepository,
    BroadcastInsertion,
    BroadcastList,
    BroadcastReports,
    BroadcastRepository,
    BroadcastService,
    BroadcastStart,
    BroadcastWarnings,
    BroadcastWatches,
    ChannelRules,
    DeliveriesRepository,
    OpenidHistory,
    PacedAccounts,
    SendRates,
    SingleMessageReports,
    UnheardBroadcasts,
    WarnedBroadcasts,
  ],
  exports: [
    BroadcastChange,
    BroadcastCreation,
    BroadcastList,
    BroadcastReports,
    BroadcastService,
    BroadcastStart,
    BroadcastWarnings,
    BroadcastWatches,
    DeliveriesRepository,
    OpenidHistory,
    SingleMessageReports,
    WarnedBroadcasts,
  ],
})
export class BroadcastModule implements OnApplicationBootstrap {
  constructor(private readonly partitions: DeliveryPartitions) {}

  /** A single message has its delivery from the start, whether a worker has ever run here or not. */
  async onApplicationBootstrap(): Promise<void> {
    await this.partitions.ensure();
  }
}

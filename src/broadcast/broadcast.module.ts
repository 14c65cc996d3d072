import { AudiencesModule } from '../audiences/audiences.module.js';
import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { FollowersModule } from '../followers/followers.module.js';
import { PacingModule } from '../pacing/pacing.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { AudienceCheck } from './compose/audience-check.service.js';
import { BroadcastOwners } from './broadcast-owners.js';
import { BroadcastPathAccounts } from './broadcast-path-accounts.js';
import { BroadcastChange } from './compose/broadcast-change.service.js';
import { BroadcastUpdate } from './compose/broadcast-update.js';
import { BroadcastCheck } from './compose/broadcast-check.service.js';
import { BroadcastCreation } from './compose/broadcast-creation.service.js';
import { BroadcastEventsRepository } from './progress/timeline/broadcast-events.repository.js';
import { BroadcastInsertion } from './compose/broadcast-insertion.js';
import { BroadcastCounts } from './progress/broadcast-counts.js';
import { BroadcastList } from './progress/broadcast-list.js';
import { BroadcastStart } from './control/broadcast-start.service.js';
import { BroadcastWarnings } from './compose/broadcast-warnings.js';
import { BroadcastWatches } from './progress/live/broadcast-watches.js';
import { BroadcastAnswers } from './progress/broadcast-answers.js';
import { BroadcastReports } from './progress/broadcast-reports.js';
import { BroadcastRepository } from './compose/broadcast.repository.js';
import { DraftComposition } from './compose/draft-columns.js';
import { DraftCreation } from './compose/draft-creation.js';
import { DraftStart } from './compose/draft-start.js';
import { DraftFaults } from './compose/draft-faults.js';
import { Deciding } from './control/deciding.js';
import { VerbAnswers } from './control/verb-answers.js';
import { VerbKeys } from './control/verb-keys.js';
import { BroadcastArchive } from './control/broadcast-archive.service.js';
import { BroadcastControl } from './control/broadcast-control.service.js';
import { Confirmations } from './control/confirmations.js';
import { Confirming } from './control/confirming.js';
import { KnownRecipients } from './compose/known-recipients.js';
import { LastTest } from './progress/last-test.js';
import { PreflightGate } from './compose/preflight-gate.js';
import { PreflightBasis } from './compose/preflight-basis.js';
import { OtherSends } from './preflight/other-sends.js';
import { PreflightNews } from './preflight/preflight-news.js';
import { PreflightNudges } from './preflight/walk/preflight-nudges.js';
import { PreflightPathAccounts } from './preflight/preflight-path-accounts.js';
import { PreflightViews } from './preflight/preflight-views.js';
import { Preflights } from './preflight/preflights.service.js';
import { PreflightsRepository } from './preflight/preflights.repository.js';
import { QueueModule } from '../queue/queue.module.js';
import { WORK_QUEUE } from '../queue/queue-names.js';
import { TestBasis } from './compose/test-basis.js';
import { TriedBroadcasts } from './compose/tried-broadcasts.js';
import { StartCheck } from './control/start-check.js';
import { StartGates } from './compose/start-gates.js';
import { ChannelRules } from './compose/channel-rules.js';
import { DeliveryList } from './deliveries/delivery-list.js';
import { DeliveryPartitions } from './engine/storage/delivery-partitions.js';
import { EngineModule } from './engine/engine.module.js';
import { OpenidHistory } from './deliveries/openid-history.js';
import { PacedAccounts } from './progress/paced-accounts.js';
import { SingleMessageReports } from './messages/single-message-reports.js';
import { SendRates } from './progress/send-rates.js';
import { UnheardBroadcasts } from './progress/unheard-broadcasts.js';
import { StreamAdmissions } from './progress/live/stream-admissions.js';
import { TopicStreams } from './progress/live/topic-streams.js';
import { Person } from './deliveries/person.js';
import { Series } from './progress/series/series.js';
import { Why } from './progress/why/why.js';
import { WarnedBroadcasts } from './progress/warned-broadcasts.js';

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
    AudiencesModule,
    EngineModule,
    QueueModule.for(WORK_QUEUE),
  ],
  providers: [
    AudienceCheck,
    BroadcastAnswers,
    Deciding,
    DraftComposition,
    DraftCreation,
    DraftFaults,
    DraftStart,
    VerbAnswers,
    VerbKeys,
    BroadcastOwners,
    BroadcastPathAccounts,
    BroadcastChange,
    BroadcastUpdate,
    BroadcastCheck,
    BroadcastCreation,
    BroadcastEventsRepository,
    BroadcastInsertion,
    BroadcastCounts,
    BroadcastList,
    BroadcastReports,
    BroadcastRepository,
    BroadcastArchive,
    BroadcastControl,
    BroadcastStart,
    BroadcastWarnings,
    BroadcastWatches,
    ChannelRules,
    Confirmations,
    Confirming,
    KnownRecipients,
    LastTest,
    OtherSends,
    PreflightBasis,
    PreflightGate,
    PreflightNews,
    PreflightNudges,
    PreflightPathAccounts,
    PreflightViews,
    Preflights,
    PreflightsRepository,
    TestBasis,
    TriedBroadcasts,
    StartCheck,
    StartGates,
    DeliveryList,
    OpenidHistory,
    PacedAccounts,
    SendRates,
    SingleMessageReports,
    UnheardBroadcasts,
    WarnedBroadcasts,
    Person,
    Series,
    StreamAdmissions,
    TopicStreams,
    Why,
  ],
  exports: [
    Person,
    Series,
    TopicStreams,
    BroadcastEventsRepository,
    DraftCreation,
    BroadcastAnswers,
    VerbAnswers,
    BroadcastCounts,
    BroadcastChange,
    BroadcastCreation,
    BroadcastList,
    BroadcastReports,
    BroadcastArchive,
    BroadcastControl,
    BroadcastStart,
    BroadcastWarnings,
    BroadcastWatches,
    Confirming,
    DeliveryList,
    OpenidHistory,
    SingleMessageReports,
    WarnedBroadcasts,
    Preflights,
    PreflightViews,
    Why,
  ],
})
export class BroadcastModule implements OnApplicationBootstrap {
  readonly #partitions: DeliveryPartitions;

  constructor(partitions: DeliveryPartitions) {
    this.#partitions = partitions;
  }

  /** Creating a single message inserts its delivery: its partition must exist, even if no worker has run here yet. */
  async onApplicationBootstrap(): Promise<void> {
    await this.#partitions.ensure();
  }
}

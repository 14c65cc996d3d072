import { Module } from '@nestjs/common';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { ChannelsModule } from '../../channels/channels.module.js';
import { DatabaseModule } from '../../database/database.module.js';
import { FollowersModule } from '../../followers/followers.module.js';
import { MetricsModule } from '../../metrics/metrics.module.js';
import { MiniProgramModule } from '../../mini-program/mini-program.module.js';
import { PacingModule } from '../../pacing/pacing.module.js';
import { QueueModule } from '../../queue/queue.module.js';
import { EXPAND_QUEUE, SEND_FIRST_QUEUE, SEND_QUEUE } from '../../queue/queue-names.js';
import { TokenModule } from '../../token/token.module.js';
import { TemplatesModule } from '../../templates/templates.module.js';
import { AchievedRates } from './rate/achieved-rates.js';
import { AcceptanceNotes } from './send/acceptance-notes.js';
import { AnswerMeter } from './rate/latency-meter.js';
import { Attempts } from './send/sender.js';
import { Brakes } from './breakers/circuit-breakers.js';
import { CanaryWatch } from './breakers/canary.js';
import { ClaimService } from './send/claim.service.js';
import { Climb } from './rate/rate-increase.js';
import { Consequences } from './send/side-effects.js';
import { Departures } from './send/unfollow-detector.js';
import { DedupeExpiry } from './storage/dedupe-expiry.js';
import { EngineModule } from './engine.module.js';
import { ExpandProcessor } from './expand/expand.processor.js';
import { ExpandService } from './expand/expand.service.js';
import { Finishing } from './lifecycle/finish.js';
import { DeliveryPartitions } from './storage/delivery-partitions.js';
import { GrantCount } from './send/grant-count.js';
import { Heartbeat } from './heartbeat.js';
import { HoldExpiry } from './holds/hold-expiry.js';
import { ManyHolds } from './holds/account-holds.js';
import { PreparedBroadcasts } from './send/prepared-broadcasts.js';
import { QuotaHolds } from './release/quota-holds.js';
import { ReceiptRepair } from './receipts/unmatched-receipts.js';
import { ReceiptRepository } from './receipts/receipt.repository.js';
import { type Repair, REPAIRS } from './periodic/periodic-task.js';
import { ReleaseRepository } from './release/release.repository.js';
import { ReleaseRound } from './release/release-round.js';
import { ReleaseService } from './release/release.service.js';
import { RestoredDatabase } from './storage/restored-database.js';
import { InterceptedDeliveries } from './reviews/intercepted-deliveries.js';
import { InterceptionInquiry } from './reviews/interception-inquiry.js';
import { ReviewClosing } from './reviews/review-closing.js';
import { ReviewWatch } from './breakers/review-watch.js';
import { Retention } from './storage/retention.js';
import { SendProcessor, SendFirstProcessor } from './send/send.processor.js';
import { ScheduledStarts } from './lifecycle/schedule-starts.js';
import { SendHoursKeeper } from './send-hours/send-hours-keeper.js';
import { SendQueue } from './send/send.queue.js';
import { SendReports } from './send/send-reports.js';
import { SendService } from './send/send.service.js';
import { SettleService } from './send/settle.service.js';
import { ShareBrakes } from './breakers/failure-rate-breaker.js';
import { StepTimes } from './step-times.js';
import { SweepRepairs } from './periodic/periodic-tasks.js';
import { SweepRepository } from './sweep/sweep.repository.js';
import { SweepService } from './sweep/sweep.service.js';
import { TableStatistics } from './storage/table-statistics.js';
import { TemplateConfirmation } from './send/template-confirmation.js';
import { Turns } from './send/in-flight-check.js';
import { TokenWatch } from './breakers/token-watch.js';
import { UnfinishedFormIds } from './storage/unfinished-form-ids.js';
import { WorkerSlots } from './release/worker-slots.js';

/** In the order in which they run. */
const REPAIRING = [
  RestoredDatabase,
  DeliveryPartitions,
  ScheduledStarts,
  SendHoursKeeper,
  HoldExpiry,
  ReceiptRepair,
  ReviewClosing,
  InterceptionInquiry,
  QuotaHolds,
  WorkerSlots,
  ShareBrakes,
  CanaryWatch,
  TokenWatch,
  AcceptanceNotes,
  UnfinishedFormIds,
  TableStatistics,
  Retention,
  DedupeExpiry,
];

/** The steps of a broadcast's life, in a worker: expand, release, claim, send, settle, sweep. */
@Module({
  imports: [
    EngineModule,
    AccountsModule,
    ChannelsModule,
    DatabaseModule,
    FollowersModule,
    MetricsModule,
    MiniProgramModule,
    PacingModule,
    TemplatesModule,
    TokenModule,
    QueueModule.for(EXPAND_QUEUE, SEND_QUEUE, SEND_FIRST_QUEUE),
  ],
  providers: [
    ExpandService,
    ExpandProcessor,
    ReleaseRepository,
    ReleaseService,
    SendQueue,
    AnswerMeter,
    AchievedRates,
    Climb,
    QuotaHolds,
    ReleaseRound,
    WorkerSlots,
    SendReports,
    Turns,
    Attempts,
    AcceptanceNotes,
    PreparedBroadcasts,
    ClaimService,
    SettleService,
    ManyHolds,
    Consequences,
    TemplateConfirmation,
    Brakes,
    ShareBrakes,
    CanaryWatch,
    ReviewWatch,
    TokenWatch,
    UnfinishedFormIds,
    TableStatistics,
    Retention,
    DedupeExpiry,
    Departures,
    GrantCount,
    SendService,
    SendProcessor,
    SendFirstProcessor,
    Finishing,
    SweepRepository,
    ScheduledStarts,
    SendHoursKeeper,
    HoldExpiry,
    ReceiptRepository,
    ReceiptRepair,
    ReviewClosing,
    InterceptedDeliveries,
    InterceptionInquiry,
    { provide: REPAIRS, useFactory: (...repairs: Repair[]) => repairs, inject: REPAIRING },
    SweepRepairs,
    SweepService,
    StepTimes,
    Heartbeat,
  ],
})
export class EngineWorkerModule {}

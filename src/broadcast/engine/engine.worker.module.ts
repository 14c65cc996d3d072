import { Module } from '@nestjs/common';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { ChannelsModule } from '../../channels/channels.module.js';
import { DatabaseModule } from '../../database/database.module.js';
import { FollowersModule } from '../../followers/followers.module.js';
import { MetricsModule } from '../../metrics/metrics.module.js';
import { MiniProgramModule } from '../../mini-program/mini-program.module.js';
import { PacingModule } from '../../pacing/pacing.module.js';
import { QueueModule } from '../../queue/queue.module.js';
import { EXPAND_QUEUE, PRIORITY_SEND_QUEUE, SEND_QUEUE } from '../../queue/queue-names.js';
import { TokenModule } from '../../token/token.module.js';
import { TemplatesModule } from '../../templates/templates.module.js';
import { AchievedRates } from './rate/achieved-rates.js';
import { AcceptanceNotes } from './send/acceptance-notes.js';
import { LatencyMeter } from './rate/latency-meter.js';
import { Sender } from './send/sender.js';
import { ConsecutiveFailureBreaker } from './breakers/consecutive-failure-breaker.js';
import { CanaryWatch } from './breakers/canary.js';
import { ClaimService } from './send/claim.service.js';
import { RateIncrease } from './rate/rate-increase.js';
import { SideEffects } from './send/side-effects.js';
import { UnfollowDetector } from './send/unfollow-detector.js';
import { BroadcastSampling } from './storage/broadcast-sampling.js';
import { DedupeExpiry } from './storage/dedupe-expiry.js';
import { EngineModule } from './engine.module.js';
import { ExpandProcessor } from './expand/expand.processor.js';
import { ExpandService } from './expand/expand.service.js';
import { Finishing } from './lifecycle/finish.js';
import { AuditMonths } from './storage/audit-months.js';
import { ClosedByOlder } from './lifecycle/closed-by-older.js';
import { DeliveryPartitions } from './storage/delivery-partitions.js';
import { GrantCount } from './send/grant-count.js';
import { Heartbeat } from './heartbeat.js';
import { HoldExpiry } from './holds/hold-expiry.js';
import { AccountHolds } from './holds/account-holds.js';
import { PreparedBroadcasts } from './send/prepared-broadcasts.js';
import { QuotaHolds } from './release/quota-holds.js';
import { UnmatchedReceipts } from './receipts/unmatched-receipts.js';
import { ReceiptRepository } from './receipts/receipt.repository.js';
import { type PeriodicTask, PERIODIC_TASKS } from './periodic/periodic-task.js';
import { ReleaseRepository } from './release/release.repository.js';
import { CappedRelease } from './release/capped-release.js';
import { ReleaseRound } from './release/release-round.js';
import { ReleaseService } from './release/release.service.js';
import { RestoredDatabase } from './storage/restored-database.js';
import { InterceptedDeliveries } from './reviews/intercepted-deliveries.js';
import { InterceptionInquiry } from './reviews/interception-inquiry.js';
import { ReviewClosing } from './reviews/review-closing.js';
import { ReviewWatch } from './breakers/review-watch.js';
import { Retention } from './storage/retention.js';
import { SendProcessor, PrioritySendProcessor } from './send/send.processor.js';
import { ScheduledStarts } from './lifecycle/scheduled-starts.js';
import { SendHoursWatch } from './send-hours/send-hours-watch.js';
import { SendQueue } from './send/send.queue.js';
import { SendReports } from './send/send-reports.js';
import { SendService } from './send/send.service.js';
import { SettleService } from './send/settle.service.js';
import { FailureRateBreaker } from './breakers/failure-rate-breaker.js';
import { StepTimes } from './step-times.js';
import { PeriodicTasks } from './periodic/periodic-tasks.js';
import { SweepRepository } from './sweep/sweep.repository.js';
import { SweepService } from './sweep/sweep.service.js';
import { TableStatistics } from './storage/table-statistics.js';
import { TemplateConfirmation } from './send/template-confirmation.js';
import { InFlightCheck } from './send/in-flight-check.js';
import { TokenWatch } from './breakers/token-watch.js';
import { UnfinishedFormIds } from './storage/unfinished-form-ids.js';
import { WorkerSlots } from './release/worker-slots.js';

/** The periodic tasks, in the order in which they run. */
const PERIODIC = [
  RestoredDatabase,
  DeliveryPartitions,
  AuditMonths,
  ScheduledStarts,
  SendHoursWatch,
  HoldExpiry,
  UnmatchedReceipts,
  ReviewClosing,
  InterceptionInquiry,
  QuotaHolds,
  WorkerSlots,
  FailureRateBreaker,
  CanaryWatch,
  TokenWatch,
  AcceptanceNotes,
  BroadcastSampling,
  ClosedByOlder,
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
    QueueModule.for(EXPAND_QUEUE, SEND_QUEUE, PRIORITY_SEND_QUEUE),
  ],
  providers: [
    ExpandService,
    ExpandProcessor,
    ReleaseRepository,
    ReleaseService,
    SendQueue,
    LatencyMeter,
    AchievedRates,
    RateIncrease,
    QuotaHolds,
    ReleaseRound,
    CappedRelease,
    WorkerSlots,
    SendReports,
    InFlightCheck,
    Sender,
    AcceptanceNotes,
    PreparedBroadcasts,
    ClaimService,
    SettleService,
    AccountHolds,
    SideEffects,
    TemplateConfirmation,
    ConsecutiveFailureBreaker,
    FailureRateBreaker,
    CanaryWatch,
    ReviewWatch,
    TokenWatch,
    BroadcastSampling,
    ClosedByOlder,
    UnfinishedFormIds,
    TableStatistics,
    AuditMonths,
    Retention,
    DedupeExpiry,
    UnfollowDetector,
    GrantCount,
    SendService,
    SendProcessor,
    PrioritySendProcessor,
    Finishing,
    SweepRepository,
    ScheduledStarts,
    SendHoursWatch,
    HoldExpiry,
    ReceiptRepository,
    UnmatchedReceipts,
    ReviewClosing,
    InterceptedDeliveries,
    InterceptionInquiry,
    {
      provide: PERIODIC_TASKS,
      useFactory: (...tasks: PeriodicTask[]) => tasks,
      inject: PERIODIC,
    },
    PeriodicTasks,
    SweepService,
    StepTimes,
    Heartbeat,
  ],
})
export class EngineWorkerModule {}

import { Module } from '@nestjs/common';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { ChannelsModule } from '../../channels/channels.module.js';
import { DatabaseModule } from '../../database/database.module.js';
import { FollowersModule } from '../../followers/followers.module.js';
import { MetricsModule } from '../../metrics/metrics.module.js';
import { QueueModule } from '../../queue/queue.module.js';
import { EXPAND_QUEUE, SEND_QUEUE } from '../../queue/queue-names.js';
import { ClaimService } from './claim.service.js';
import { Consequences } from './consequences.js';
import { Departures } from './departures.js';
import { EngineModule } from './engine.module.js';
import { ExpandProcessor } from './expand.processor.js';
import { ExpandService } from './expand.service.js';
import { Finishing } from './finish.js';
import { Heartbeat } from './heartbeat.js';
import { PreparedBroadcasts } from './prepared-broadcasts.js';
import { ReleaseRepository } from './release.repository.js';
import { ReleaseService } from './release.service.js';
import { SendMeter } from './send-meter.js';
import { SendProcessor } from './send.processor.js';
import { SendQueue } from './send.queue.js';
import { SendReports } from './send-reports.js';
import { SendService } from './send.service.js';
import { SettleService } from './settle.service.js';
import { SweepRepairs } from './sweep-repairs.js';
import { SweepRepository } from './sweep.repository.js';
import { SweepService } from './sweep.service.js';

/** The steps of a broadcast's life, in a worker: expand, release, claim, send, settle, sweep. */
@Module({
  imports: [
    EngineModule,
    AccountsModule,
    ChannelsModule,
    DatabaseModule,
    FollowersModule,
    MetricsModule,
    QueueModule.for(EXPAND_QUEUE, SEND_QUEUE),
  ],
  providers: [
    ExpandService,
    ExpandProcessor,
    ReleaseRepository,
    ReleaseService,
    SendQueue,
    SendMeter,
    SendReports,
    PreparedBroadcasts,
    ClaimService,
    SettleService,
    Consequences,
    Departures,
    SendService,
    SendProcessor,
    Finishing,
    SweepRepository,
    SweepRepairs,
    SweepService,
    Heartbeat,
  ],
})
export class EngineWorkerModule {}

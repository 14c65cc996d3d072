import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../../database/database.module.js';
import { QueueModule } from '../../../queue/queue.module.js';
import { WORK_QUEUE } from '../../../queue/queue-names.js';
import { PreflightNudges } from './preflight-nudges.js';
import { PreflightTimer } from './preflight.timer.js';
import { PreflightWalk } from './preflight-walk.js';
import { WalksRepository } from './walks.repository.js';

/** What a worker does with preflights. Their job is learnt where the queue's are taken. */
@Module({
  imports: [DatabaseModule, QueueModule.for(WORK_QUEUE)],
  providers: [PreflightNudges, PreflightTimer, PreflightWalk, WalksRepository],
  exports: [PreflightWalk, WalksRepository],
})
export class PreflightWorkerModule {}

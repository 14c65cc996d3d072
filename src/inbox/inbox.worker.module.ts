import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/queue.module.js';
import { FORWARD_QUEUE, INBOX_QUEUE } from '../queue/queue-names.js';
import { DeadPushExpiry } from './dead-push-expiry.timer.js';
import { ForwardProcessor } from './forward.processor.js';
import { InboxModule } from './inbox.module.js';
import { InboxProcessor } from './inbox.processor.js';
import { InboxSweep } from './inbox.sweep.js';

/** Works off what WeChat pushed; for the role `worker`. */
@Module({
  imports: [InboxModule, QueueModule.for(INBOX_QUEUE, FORWARD_QUEUE)],
  providers: [InboxProcessor, InboxSweep, DeadPushExpiry, ForwardProcessor],
})
export class InboxWorkerModule {}

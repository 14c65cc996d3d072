import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { INBOX_QUEUE } from '../queue/queue-names.js';
import { CallbackService } from './callback.service.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { InboxEnqueue } from './inbox-enqueue.js';
import { PushSealing } from './push-sealing.js';
import { StampCheck } from './stamp-check.js';

/** What WeChat sends us: is it WeChat, what does it say, and into the inbox with it. */
@Module({
  imports: [AccountsModule, MetricsModule, QueueModule.for(INBOX_QUEUE)],
  providers: [CallbackService, PushSealing, StampCheck, InboxEnqueue],
  exports: [CallbackService, PushSealing],
})
export class WechatAuthModule {}

import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { INBOX_QUEUE } from '../queue/queue-names.js';
import { CallbackService } from './callback.service.js';
import { InboxHandOver } from './inbox-hand-over.js';

/** What WeChat sends us: is it WeChat, what does it say, and into the inbox with it. */
@Module({
  imports: [AccountsModule, QueueModule.for(INBOX_QUEUE)],
  providers: [CallbackService, InboxHandOver],
  exports: [CallbackService],
})
export class WechatAuthModule {}

import { Module } from '@nestjs/common';
import { BroadcastEventsController } from './progress/live/broadcast-events.controller.js';
import { BroadcastVerbsController } from './control/broadcast-verbs.controller.js';
import { ConfirmationController } from './control/confirmation.controller.js';
import { TopicsController } from './progress/live/topics.controller.js';
import { TimelineController } from './progress/timeline/timeline.controller.js';
import { BroadcastPagesController } from './progress/broadcast-pages.controller.js';
import { BroadcastController } from './broadcast.controller.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { BroadcastModule } from './broadcast.module.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { EngineModule } from './engine/engine.module.js';
import { MessagesController } from './messages/messages.controller.js';
import { BroadcastErrorsController } from './deliveries/errors.controller.js';
import { PreflightsController } from './preflight/preflights.controller.js';
import { PersonController } from './deliveries/person.controller.js';
import { OpenidHistoryController } from './deliveries/openid-history.controller.js';

@Module({
  imports: [AccountsModule, BroadcastModule, EngineModule],
  controllers: [
    PreflightsController,
    BroadcastController,
    BroadcastPagesController,
    TimelineController,
    TopicsController,
    BroadcastVerbsController,
    ConfirmationController,
    BroadcastEventsController,
    DeliveriesController,
    MessagesController,
    OpenidHistoryController,
    BroadcastErrorsController,
    PersonController,
  ],
})
export class BroadcastApiModule {}

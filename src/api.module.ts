import { Module } from '@nestjs/common';
import { AccessApiModule } from './access/access.api.module.js';
import { AccountsApiModule } from './accounts/accounts.api.module.js';
import { BroadcastApiModule } from './broadcast/broadcast.api.module.js';
import { DashboardApiModule } from './dashboard/dashboard.api.module.js';
import { FollowersApiModule } from './followers/followers.api.module.js';
import { MiniProgramApiModule } from './mini-program/mini-program.api.module.js';
import { PacingApiModule } from './pacing/pacing.api.module.js';
import { TemplatesApiModule } from './templates/templates.api.module.js';

/** Role `api`: what operators and engineers call. */
@Module({
  imports: [
    AccessApiModule,
    AccountsApiModule,
    TemplatesApiModule,
    FollowersApiModule,
    MiniProgramApiModule,
    PacingApiModule,
    BroadcastApiModule,
    DashboardApiModule,
  ],
})
export class ApiModule {}

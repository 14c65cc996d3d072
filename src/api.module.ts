import { Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { ApiKeysController } from './access/api-keys.controller.js';
import { RolesController } from './access/roles.controller.js';
import { AccountsController } from './accounts/accounts.controller.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditModule } from './audit/audit.module.js';
import { BroadcastApiModule } from './broadcast/broadcast.api.module.js';
import { ConsoleApiModule } from './console/console.api.module.js';
import { DashboardApiModule } from './dashboard/dashboard.api.module.js';
import { FollowersController } from './followers/followers.controller.js';
import { FollowersModule } from './followers/followers.module.js';
import { SuppressionsController } from './followers/suppressions/suppressions.controller.js';
import { BlacklistController } from './followers/tags/blacklist.controller.js';
import { TaggingsController } from './followers/tags/taggings.controller.js';
import { TagsController } from './followers/tags/tags.controller.js';
import { RecentPushesController } from './followers/testers/recent-pushes.controller.js';
import { TestersController } from './followers/testers/testers.controller.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { FormIdsController } from './mini-program/form-ids/form-ids.controller.js';
import { GrantsController } from './mini-program/grants/grants.controller.js';
import { MiniProgramModule } from './mini-program/mini-program.module.js';
import { CheckupController } from './checkup/checkup.controller.js';
import { CheckupModule } from './checkup/checkup.module.js';
import { SandboxController } from './sandbox/sandbox.controller.js';
import { SandboxModule } from './sandbox/sandbox.module.js';
import { OperatorsApiModule } from './operators/operators.api.module.js';
import { OverviewController } from './overview/overview.controller.js';
import { OverviewModule } from './overview/overview.module.js';
import { PacingModule } from './pacing/pacing.module.js';
import { QuotaController } from './pacing/quota.controller.js';
import { TemplatesController } from './templates/templates.controller.js';
import { TemplatesModule } from './templates/templates.module.js';
import { UploadController, UploadsController } from './uploads/uploads.controller.js';
import { UploadsModule } from './uploads/uploads.module.js';

/** Role `api`: what operators and engineers call. */
@Module({
  imports: [
    AccessModule,
    MetricsModule,
    OperatorsApiModule,
    AccountsModule,
    AuditModule,
    TemplatesModule,
    FollowersModule,
    MiniProgramModule,
    PacingModule,
    UploadsModule,
    SandboxModule,
    CheckupModule,
    BroadcastApiModule,
    OverviewModule,
    DashboardApiModule,
    ConsoleApiModule,
  ],
  // In the order in which the OpenAPI document shows them.
  controllers: [
    RolesController,
    ApiKeysController,
    AccountsController,
    CheckupController,
    TemplatesController,
    RecentPushesController,
    FollowersController,
    TagsController,
    TaggingsController,
    BlacklistController,
    SuppressionsController,
    TestersController,
    FormIdsController,
    GrantsController,
    QuotaController,
    UploadsController,
    UploadController,
    OverviewController,
    AuditController,
    SandboxController,
  ],
})
export class ApiModule {}

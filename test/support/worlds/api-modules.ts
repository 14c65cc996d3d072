import { Module } from '@nestjs/common';
import { AccountsController } from '../../../src/accounts/accounts.controller.js';
import { AccountsModule } from '../../../src/accounts/accounts.module.js';
import { ConsoleApiModule } from '../../../src/console/console.api.module.js';
import { FollowersController } from '../../../src/followers/followers.controller.js';
import { FollowersModule } from '../../../src/followers/followers.module.js';
import { SuppressionsController } from '../../../src/followers/suppressions/suppressions.controller.js';
import { TagsController } from '../../../src/followers/tags/tags.controller.js';
import { MetricsModule } from '../../../src/metrics/metrics.module.js';
import { FormIdsController } from '../../../src/mini-program/form-ids/form-ids.controller.js';
import { GrantsController } from '../../../src/mini-program/grants/grants.controller.js';
import { MiniProgramModule } from '../../../src/mini-program/mini-program.module.js';
import { OperatorsApiModule } from '../../../src/operators/operators.api.module.js';
import { PacingModule } from '../../../src/pacing/pacing.module.js';
import { QuotaController } from '../../../src/pacing/quota.controller.js';
import { TemplatesController } from '../../../src/templates/templates.controller.js';
import { TemplatesModule } from '../../../src/templates/templates.module.js';

/** Parts of the role `api`, for suites that need no more of it. */
@Module({ imports: [MetricsModule, OperatorsApiModule, ConsoleApiModule] })
export class AccessApiModule {}

@Module({ imports: [AccountsModule], controllers: [AccountsController] })
export class AccountsApiModule {}

@Module({ imports: [AccountsModule, TemplatesModule], controllers: [TemplatesController] })
export class TemplatesApiModule {}

@Module({
  imports: [AccountsModule, FollowersModule],
  controllers: [FollowersController, TagsController, SuppressionsController],
})
export class FollowersApiModule {}

@Module({
  imports: [AccountsModule, MiniProgramModule],
  controllers: [FormIdsController, GrantsController],
})
export class MiniProgramApiModule {}

@Module({ imports: [AccountsModule, PacingModule], controllers: [QuotaController] })
export class PacingApiModule {}

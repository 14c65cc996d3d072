import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { OidcPageController } from './oidc/oidc-page.controller.js';
import { OidcStateController } from './oidc/oidc-state.controller.js';
import { OperatorsModule } from './operators.module.js';
import { OperatorsController } from './people/operators.controller.js';
import { LoginApiController, SetupController } from './self/login.controller.js';
import { LoginPageController } from './self/login-page.controller.js';
import { MeController } from './self/me.controller.js';
import { SessionsController } from './self/sessions.controller.js';

@Module({
  imports: [AccessModule, MetricsModule, OperatorsModule],
  controllers: [
    LoginPageController,
    OidcPageController,
    SetupController,
    LoginApiController,
    OidcStateController,
    MeController,
    SessionsController,
    OperatorsController,
  ],
})
export class OperatorsApiModule {}

import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { LoginAttempts } from './attempts/login-attempts.service.js';
import { KeyLoginService } from './login/key-login.service.js';
import { PasswordLoginService } from './login/password-login.service.js';
import { SessionOpening } from './login/session-opening.service.js';
import { IdentityProvider } from './oidc/identity-provider.js';
import { OidcLogin } from './oidc/oidc-login.service.js';
import { OidcOperators } from './oidc/oidc-operators.service.js';
import { OidcState } from './oidc/oidc-state.service.js';
import { PasswordHasher } from './password/password-hasher.js';
import { OperatorsService } from './people/operators.service.js';
import { SetupService } from './people/setup.service.js';
import { SecondFactor } from './second-factor/second-factor.service.js';
import { Leaving } from './self/leaving.service.js';
import { MeService } from './self/me.service.js';
import { OwnAccountService } from './self/own-account.service.js';
import { OwnTotpService } from './self/own-totp.service.js';
import { SessionAnswer } from './self/session-answer.service.js';
import { SessionEnding } from './self/session-ending.service.js';

@Module({
  imports: [DatabaseModule, MetricsModule, AccessModule, AccountsModule],
  providers: [
    PasswordHasher,
    LoginAttempts,
    SecondFactor,
    OperatorsService,
    SetupService,
    SessionOpening,
    PasswordLoginService,
    KeyLoginService,
    IdentityProvider,
    OidcState,
    OidcOperators,
    OidcLogin,
    MeService,
    OwnAccountService,
    OwnTotpService,
    SessionAnswer,
    SessionEnding,
    Leaving,
  ],
  exports: [
    OperatorsService,
    SetupService,
    SessionOpening,
    PasswordLoginService,
    KeyLoginService,
    IdentityProvider,
    OidcState,
    OidcLogin,
    MeService,
    OwnAccountService,
    OwnTotpService,
    SessionAnswer,
    SessionEnding,
    Leaving,
  ],
})
export class OperatorsModule {}

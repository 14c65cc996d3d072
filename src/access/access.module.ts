import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { DatabaseModule } from '../database/database.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { PathAccounts } from '../http/path-accounts.js';
import { RequestGate } from '../http/request-gate.js';
import { AccountIsolation } from './account-isolation.js';
import { AdminsToAsk } from './admins-to-ask.js';
import { AccessGate } from './access-gate.js';
import { ApiKeyIssuing } from './api-key-issuing.service.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { CursorSeal } from './cursor-seal.js';
import { DeclaredNeeds } from './declared-needs.js';
import { FirstKey } from './first-key.js';
import { OpenidMasking } from './openid-masking.interceptor.js';
import { LoginTickets } from './login-tickets.js';
import { PermissionGuard } from './permission.guard.js';
import { StillAdmitted } from './still-admitted.js';
import { SessionsService } from './sessions.service.js';

/** For every role: metrics want a key too. */
@Module({
  imports: [DatabaseModule, MetricsModule, DiscoveryModule],
  providers: [
    ApiKeysService,
    ApiKeysRepository,
    ApiKeyIssuing,
    SessionsService,
    FirstKey,
    LoginTickets,
    DeclaredNeeds,
    PathAccounts,
    AdminsToAsk,
    AccountIsolation,
    AccessGate,
    StillAdmitted,
    { provide: RequestGate, useExisting: AccessGate },
    CursorSeal,
    { provide: APP_INTERCEPTOR, useClass: OpenidMasking },
    { provide: APP_GUARD, useClass: PermissionGuard },
  ],
  exports: [
    StillAdmitted,
    ApiKeysService,
    ApiKeyIssuing,
    SessionsService,
    LoginTickets,
    PathAccounts,
  ],
})
export class AccessModule {}

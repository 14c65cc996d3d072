import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { DatabaseModule } from '../database/database.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { PathAccounts } from '../http/path-accounts.js';
import { RequestGate } from '../http/request-gate.js';
import { AccessGate } from './access-gate.js';
import { ApiKeysService } from './api-keys.service.js';
import { FirstKey } from './first-key.js';
import { RoleGuard } from './role.guard.js';
import { SessionsService } from './sessions.service.js';

/** For every role: metrics want a key too. */
@Module({
  imports: [DatabaseModule, MetricsModule],
  providers: [
    ApiKeysService,
    SessionsService,
    FirstKey,
    PathAccounts,
    AccessGate,
    { provide: RequestGate, useExisting: AccessGate },
    { provide: APP_GUARD, useClass: RoleGuard },
  ],
  exports: [ApiKeysService, SessionsService, PathAccounts],
})
export class AccessModule {}

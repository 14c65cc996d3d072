import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { FollowersModule } from '../followers/followers.module.js';
import { PacingModule } from '../pacing/pacing.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { TokenModule } from '../token/token.module.js';
import { AccountCalls } from './account-calls.js';
import { CheckFacts } from './check-facts.js';
import { CheckNews } from './check-news.js';
import { CheckRun } from './check-run.js';
import { CheckupService } from './checkup.service.js';
import { ChecksRepository } from './checks.repository.js';
import { FirstWalk } from './first-walk.js';

@Module({
  imports: [
    AccountsModule,
    DatabaseModule,
    FollowersModule,
    PacingModule,
    TemplatesModule,
    TokenModule,
  ],
  providers: [
    AccountCalls,
    CheckFacts,
    CheckNews,
    CheckRun,
    CheckupService,
    ChecksRepository,
    FirstWalk,
  ],
  exports: [CheckupService],
})
export class CheckupModule {}

import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { BroadcastModule } from '../broadcast/broadcast.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { PacingModule } from '../pacing/pacing.module.js';
import { Overview } from './overview.js';
import { Today } from './today.js';
import { UnderWay } from './under-way.js';

/** The first page. */
@Module({
  imports: [AccountsModule, BroadcastModule, DatabaseModule, PacingModule],
  providers: [Overview, UnderWay, Today],
  exports: [Overview],
})
export class OverviewModule {}

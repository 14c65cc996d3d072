import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { PacingModule } from './pacing.module.js';
import { QuotaController } from './quota.controller.js';

@Module({ imports: [AccountsModule, PacingModule], controllers: [QuotaController] })
export class PacingApiModule {}

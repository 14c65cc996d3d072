import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { TokenRecovery } from './token-recovery.js';
import { TokenModule } from './token.module.js';

@Module({ imports: [AccountsModule, TokenModule], providers: [TokenRecovery] })
export class TokenWorkerModule {}

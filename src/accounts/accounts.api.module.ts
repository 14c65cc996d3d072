import { Module } from '@nestjs/common';
import { AccountsController } from './accounts.controller.js';
import { AccountsModule } from './accounts.module.js';

@Module({ imports: [AccountsModule], controllers: [AccountsController] })
export class AccountsApiModule {}

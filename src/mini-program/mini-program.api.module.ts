import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { FormIdsController } from './form-ids.controller.js';
import { GrantsController } from './grants.controller.js';
import { MiniProgramModule } from './mini-program.module.js';

@Module({
  imports: [AccountsModule, MiniProgramModule],
  controllers: [FormIdsController, GrantsController],
})
export class MiniProgramApiModule {}

import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { FollowersController } from './followers.controller.js';
import { FollowersModule } from './followers.module.js';
import { SuppressionsController } from './suppressions.controller.js';

@Module({
  imports: [AccountsModule, FollowersModule],
  controllers: [FollowersController, SuppressionsController],
})
export class FollowersApiModule {}

import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { FollowersModule } from '../followers/followers.module.js';
import { PacingModule } from '../pacing/pacing.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { TokenModule } from '../token/token.module.js';
import { WechatModule } from '../wechat/wechat.module.js';
import { OwnAddress } from './own-address.js';
import { SandboxCreation } from './sandbox-creation.service.js';
import { SandboxFurniture } from './sandbox-furniture.js';
import { SandboxHost } from './sandbox-host.js';
import { SandboxRemoval } from './sandbox-removal.js';
import { SandboxRepository } from './sandbox.repository.js';
import { SandboxService } from './sandbox.service.js';

@Module({
  imports: [
    AccountsModule,
    DatabaseModule,
    FollowersModule,
    PacingModule,
    TemplatesModule,
    TokenModule,
    WechatModule,
  ],
  providers: [
    OwnAddress,
    SandboxCreation,
    SandboxFurniture,
    SandboxHost,
    SandboxRemoval,
    SandboxRepository,
    SandboxService,
  ],
  exports: [SandboxCreation, SandboxService],
})
export class SandboxModule {}

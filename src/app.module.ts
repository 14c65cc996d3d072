import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { ApiModule } from './api.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { HealthApiModule } from './health/health.api.module.js';
import { LoggingModule } from './http/logging.js';
import { WechatAuthApiModule } from './wechat-auth/wechat-auth.api.module.js';
import { WorkerModule } from './worker.module.js';

/** The whole product: every role listens for health and metrics, the rest is by `ROLES`. */
@Module({})
export class AppModule {
  static register(config: Config): DynamicModule {
    const { api, callback, worker } = config.roles;
    return {
      module: AppModule,
      imports: [
        ConfigModule.register(config),
        LoggingModule.register(),
        AccessModule,
        HealthApiModule,
        ...(api ? [ApiModule] : []),
        ...(callback ? [WechatAuthApiModule] : []),
        ...(worker ? [WorkerModule] : []),
      ],
    };
  }
}

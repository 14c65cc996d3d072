import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { HealthApiModule } from './health/health.api.module.js';
import { LoggingModule } from './http/logging.js';

/** The whole service: every role has health and metrics; other modules are loaded only for the `ROLES` that need them. */
@Module({})
export class AppModule {
  static async register(config: Config): Promise<DynamicModule> {
    const { api, callback, worker } = config.roles;
    return {
      module: AppModule,
      imports: [
        ConfigModule.register(config),
        LoggingModule.register(),
        AccessModule,
        HealthApiModule,
        ...(api ? [(await import('./api.module.js')).ApiModule] : []),
        ...(callback
          ? [(await import('./wechat-auth/wechat-auth.api.module.js')).WechatAuthApiModule]
          : []),
        ...(worker ? [(await import('./worker.module.js')).WorkerModule] : []),
      ],
    };
  }
}

import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import {
  ClockConfig,
  type Config,
  ConsoleConfig,
  DatabaseConfig,
  HttpConfig,
  LogConfig,
  LoginConfig,
  UploadConfig,
  QueueConfig,
  RetentionConfig,
  RolesConfig,
  SandboxConfig,
  SecretsConfig,
  SendingConfig,
  TracesConfig,
  WechatConfig,
} from './config.js';
import { ProxyConfig } from './proxy-config.js';

/** Hands each slice of the configuration out by its class. The one global module. */
@Global()
@Module({})
export class ConfigModule {
  static register(config: Config): DynamicModule {
    const slices = [
      { provide: RolesConfig, useValue: config.roles },
      { provide: HttpConfig, useValue: config.http },
      { provide: DatabaseConfig, useValue: config.database },
      { provide: QueueConfig, useValue: config.queue },
      { provide: WechatConfig, useValue: config.wechat },
      { provide: SecretsConfig, useValue: config.secrets },
      { provide: SendingConfig, useValue: config.sending },
      { provide: RetentionConfig, useValue: config.retention },
      { provide: ClockConfig, useValue: config.clock },
      { provide: LogConfig, useValue: config.log },
      { provide: TracesConfig, useValue: config.traces },
      { provide: ProxyConfig, useValue: config.proxy },
      { provide: ConsoleConfig, useValue: config.console },
      { provide: SandboxConfig, useValue: config.sandbox },
      { provide: LoginConfig, useValue: config.login },
      { provide: UploadConfig, useValue: config.uploads },
      { provide: Clock, useValue: new Clock(config.clock.offsetMs) },
    ];
    return {
      module: ConfigModule,
      providers: slices,
      exports: slices.map(({ provide }) => provide),
    };
  }
}

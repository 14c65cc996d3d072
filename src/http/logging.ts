import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { LogConfig } from '../config/config.js';

/** Whatever slips into a log line under these names is blotted out; errors and messages never hold them. */
const SECRET_NAMES = [
  'access_token',
  'accessToken',
  'appsecret',
  'secret',
  'callbackToken',
  'encodingAesKey',
  'externalTokenBearer',
  'authorization',
  'cookie',
  '["set-cookie"]',
];

export const REDACTED_PATHS = SECRET_NAMES.flatMap((name) =>
  name.startsWith('[') ? [name, `*${name}`, `*.*${name}`] : [name, `*.${name}`, `*.*.${name}`],
);

/** Nest's logger, as one JSON line each. Requests are logged by `logRequest`, not by pino-http. */
@Module({})
export class LoggingModule {
  static register(): DynamicModule {
    return {
      module: LoggingModule,
      imports: [
        LoggerModule.forRootAsync({
          inject: [LogConfig],
          useFactory: ({ level }: LogConfig) => ({
            pinoHttp: {
              level,
              autoLogging: false,
              redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
            },
            forRoutes: [],
          }),
        }),
      ],
    };
  }
}

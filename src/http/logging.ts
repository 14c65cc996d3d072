import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import type { Options as PinoHttpOptions } from 'pino-http';
import { LogConfig } from '../config/config.js';
import { humanLog } from './human-log.js';
import { loggedError } from './logged-error.js';

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

/** Contexts in which Nest logs its own start, of use only to developers. */
const NEST_AT_START = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

const INFO = 30;

const contextOf = (fields: unknown): string => {
  const context = (fields as { context?: unknown } | undefined)?.context;
  return typeof context === 'string' ? context : '';
};

/** Nest's logger: JSON, and in a terminal lines for people. Requests are logged by `RequestLog`, not by pino-http. */
@Module({})
export class LoggingModule {
  static register(): DynamicModule {
    return {
      module: LoggingModule,
      imports: [
        LoggerModule.forRootAsync({
          inject: [LogConfig],
          useFactory: ({ level }: LogConfig) => ({
            pinoHttp: inTerminal({
              level,
              autoLogging: false,
              hooks: {
                logMethod(args, method, severity) {
                  const fields: unknown = args[0];
                  const quiet = severity === INFO && NEST_AT_START.has(contextOf(fields));
                  (quiet ? this.debug.bind(this) : method.bind(this))(...args);
                },
              },
              serializers: { err: loggedError },
              redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
            }),
            forRoutes: [],
          }),
        }),
      ],
    };
  }
}

/** Elsewhere than in a terminal pino writes JSON by itself, which is faster than any stream of ours. */
const inTerminal = (
  options: PinoHttpOptions,
): PinoHttpOptions | [PinoHttpOptions, DestinationStream] =>
  process.stdout.isTTY ? [options, humanLog(process.stdout)] : options;

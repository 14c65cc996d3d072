import { randomBytes } from 'node:crypto';
import { Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccessApiModule } from './api-modules.js';
import { ConfigModule } from '../../../src/config/config.module.js';
import { configureHttp, createAdapter } from '../../../src/http/http.setup.js';
import { createTestDatabase } from '../stores/database.js';
import type { QueueBackend } from '../stores/redis.js';
import { holdToContract } from '../api/contract.js';
import { testConfig, withPool } from './test-config.js';

export interface ApiAppOptions {
  readonly queue?: QueueBackend;
  /** A database to use and not to drop afterwards. */
  readonly databaseUrl?: string;
  readonly publicUrl?: string;
  readonly masterKeys?: readonly Buffer[];
  readonly adminKey?: string;
  /** As `ROLES` says them; left out: all of them. */
  readonly roles?: string;
  readonly wxopenTemplate?: boolean;
  /** Whether the console is served; most suites need no build of it. */
  readonly console?: boolean;
  /** Left out: a free one. */
  readonly port?: number;
  /** Further variables of the environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** An application of some of our modules behind the real gate, listening on a free loopback port. */
export interface ApiApp {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly databaseUrl: string;
  readonly adminKey: string;
  /** Every route that Fastify knows, as patterns, plugins' own included. */
  readonly routes: readonly ApiRoute[];
  /** With the admin key, unless the headers say otherwise. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

export interface ApiRoute {
  readonly method: string;
  readonly pattern: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is not. */
  readonly json: unknown;
}

export async function startApi(
  imports: NonNullable<ModuleMetadata['imports']>,
  options: ApiAppOptions = {},
): Promise<ApiApp> {
  const database = options.databaseUrl === undefined ? await createTestDatabase() : undefined;
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const adminKey = options.adminKey ?? randomBytes(32).toString('base64url');
  const config = testConfig({
    ROLES: options.roles,
    PUBLIC_URL: options.publicUrl,
    DATABASE_URL: withPool(databaseUrl, 4),
    REDIS_URL: options.queue?.redisUrl,
    WXOPEN_TEMPLATE: options.wxopenTemplate ? 'on' : 'off',
    CONSOLE: options.console ? 'on' : 'off',
    WEICAST_ADMIN_KEY: adminKey,
    WEICAST_MASTER_KEY: options.masterKeys?.map((key) => key.toString('base64')).join(),
    SEND_CONCURRENCY: '10',
    ...options.environment,
  });

  @Module({ imports: [ConfigModule.register(config), AccessApiModule, ...imports] })
  class ApiAppModule {}

  const adapter = createAdapter(config.http);
  const routes: ApiRoute[] = [];
  adapter.getInstance().addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.push({ method: each, pattern: url });
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiAppModule, adapter, {
    logger: false,
    abortOnError: false,
  });
  configureHttp(app);
  await app.listen(options.port ?? 0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');

  return {
    app,
    url,
    databaseUrl,
    adminKey,
    routes,
    call: async (method, path, body, headers) => {
      const response = await fetch(`${url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(headers ?? { authorization: `Bearer ${adminKey}` }),
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const { status } = response;
      const type = response.headers.get('content-type');
      holdToContract({ method, path, status, type, text });
      return { status, headers: response.headers, text, json: parse(text) };
    },
    close: async () => {
      await app.close();
      await database?.drop();
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import type { Environment } from './config/environment.js';
import { makeMasterKey } from './config/master-key.js';
import { givenMasterKeys, resolveConfig } from './config/resolve-config.js';
import { refuseForeignClock } from './database/database-clock.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './database/embedded-postgres.js';
import { migrateToLatest } from './database/migrator.js';
import { configureHttp, createAdapter } from './http/http.setup.js';

/** Longest time in milliseconds from the first connection to the open port; migrations have as long as they need. */
const STARTING_MS = 60_000;

/** A database that dies under a start may leave it waiting for ever: who supervises us has to learn of it. */
async function inTime<T>(start: Promise<T>): Promise<T> {
  const deadline = new AbortController();
  const late = sleep(STARTING_MS, undefined, { signal: deadline.signal }).then(() => {
    throw new Error(`not started after ${STARTING_MS / 1_000} seconds: is a store away?`);
  });
  try {
    return await Promise.race([start, late]);
  } finally {
    late.catch(() => {});
    deadline.abort();
  }
}

/** Longest time in milliseconds that a service which could not start may take to close what it had opened. */
const CLOSING_MS = 5_000;

/** What never came to life may never end: a start that failed is told all the same, and tried again. */
async function closeHalfStarted(app: NestFastifyApplication): Promise<void> {
  await Promise.race([app.close().catch(() => {}), sleep(CLOSING_MS, undefined, { ref: false })]);
}

/** The service from its environment to its listening port; for `main`, the demo and the tests alike. */
export class Service {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly config: Config,
    /** Where it listens, as in `http://127.0.0.1:3000`. */
    readonly url: string,
    private readonly embedded: EmbeddedPostgres | undefined,
  ) {}

  static async start(
    environment: Environment,
    onDatabaseLost: (error: Error) => void = () => {},
  ): Promise<Service> {
    const embedded =
      environment.DATABASE_URL === undefined
        ? await startEmbeddedPostgres({
            dir: join(environment.DATA_DIR, 'postgres'),
            onLost: onDatabaseLost,
          })
        : undefined;
    let app: NestFastifyApplication | undefined;
    try {
      const config = resolveConfig(environment, {
        databaseUrl: environment.DATABASE_URL ?? embedded?.url ?? '',
        embedded: embedded !== undefined,
        masterKeys: givenMasterKeys(environment) ?? [await makeMasterKey(environment.DATA_DIR)],
      });
      await refuseForeignClock(config.database.url);
      await migrateToLatest(config.database.url);
      app = await NestFactory.create<NestFastifyApplication>(
        AppModule.register(config),
        createAdapter(config.http),
        { bufferLogs: true, abortOnError: false },
      );
      app.useLogger(app.get(Logger));
      configureHttp(app);
      await inTime(app.listen(config.http.port, config.http.host));
      return new Service(app, config, await app.getUrl(), embedded);
    } catch (error) {
      if (app) await closeHalfStarted(app);
      await embedded?.stop();
      throw error;
    }
  }

  /** Sends in flight settle, connections close, and the embedded database goes last. */
  async stop(): Promise<void> {
    try {
      await this.app.close();
    } finally {
      await this.embedded?.stop();
    }
  }
}

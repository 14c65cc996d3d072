import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { FirstKey } from './access/first-key.js';
import { LoginTickets } from './access/login-tickets.js';
import type { Config } from './config/config.js';
import type { Environment } from './config/environment.js';
import { makeMasterKey } from './config/master-key.js';
import { DEFAULT_POOL_SIZE, givenMasterKeys, resolveConfig } from './config/resolve-config.js';
import { refuseForeignClock } from './database/database-clock.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from './database/embedded/embedded-postgres.js';
import { migrateToLatest } from './database/migrations/migrator.js';
import { databaseFaultOf } from './database/database-fault.js';
import { silence } from './database/session/silence.js';
import { refuseUnfitDatabase } from './database/unfit-database.js';
import { refusePooler } from './database/session/pooler-check.js';
import { CONNECTIONS_BESIDE, processConnections } from './process-connections.js';
import { RedisConnection } from './redis/redis-connection.js';
import { parseRedisUrl } from './redis/redis-address.js';
import { refuseTooFewFiles } from './open-files.js';
import { listeningFault, requireFreePort } from './http/free-port.js';
import { configureHttp, createAdapter } from './http/http.setup.js';

/** Answers that come at all take less. */
const UNHEARD_MS = 3_000;

/** The service from its environment to its listening port; for `main`, the demo and the tests alike. */
export class Service {
  readonly #embedded: EmbeddedPostgres | undefined;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly config: Config,
    /** Where it listens, as in `http://127.0.0.1:3000`. */
    readonly url: string,
    embedded: EmbeddedPostgres | undefined,
  ) {
    this.#embedded = embedded;
  }

  static async start(
    environment: Environment,
    onDatabaseLost: (error: Error) => void = () => {},
  ): Promise<Service> {
    if (environment.REDIS_URL !== undefined) parseRedisUrl(environment.REDIS_URL);
    const place = { port: environment.PORT, host: environment.HOST };
    await requireFreePort(place);
    const embedded =
      environment.DATABASE_URL === undefined
        ? await startEmbeddedPostgres({
            dir: join(environment.DATA_DIR, 'postgres'),
            onLost: onDatabaseLost,
            maxConnections:
              CONNECTIONS_BESIDE +
              processConnections({
                poolSize: DEFAULT_POOL_SIZE,
                queue: { redisUrl: environment.REDIS_URL },
                roles: { worker: environment.ROLES.includes('worker') },
              }),
          })
        : undefined;
    let app: NestFastifyApplication | undefined;
    try {
      const config = resolveConfig(environment, {
        databaseUrl: environment.DATABASE_URL ?? embedded?.url ?? '',
        embedded: embedded !== undefined,
        masterKeys: givenMasterKeys(environment) ?? [await makeMasterKey(environment.DATA_DIR)],
      });
      const connections = processConnections({
        poolSize: config.database.poolSize,
        queue: config.queue,
        roles: config.roles,
      });
      refuseTooFewFiles(config.roles.worker ? config.sending.concurrency : 0, connections);
      await refuseUnfitDatabase(config.database.url, {
        connections,
        newSchema: config.queue.redisUrl === undefined,
      });
      await refusePooler(config.database.url);
      await refuseForeignClock(config.database.url);
      await migrateToLatest(config.database.url);
      app = await NestFactory.create<NestFastifyApplication>(
        await AppModule.register(config),
        createAdapter(config.http),
        // Nest stays silent about a start that fails: the caller of `start` tells it, once.
        { bufferLogs: true, autoFlushLogs: false, abortOnError: false },
      );
      app.useLogger(app.get(Logger));
      configureHttp(app);
      await app.listen(place.port, place.host).catch(async (error: unknown) => {
        throw await listeningFault(error, place);
      });
      // Until here log lines were kept, to be lost with a start that fails.
      app.flushLogs();
      await app.get(FirstKey).makeIfNone((banner) => process.stdout.write(banner));
      return new Service(app, config, await app.getUrl(), embedded);
    } catch (error) {
      await app?.close().catch(() => {});
      await embedded?.stop();
      throw databaseFaultOf(error) ?? error;
    }
  }

  /**
   * The console's address, at a path of it; undefined where this process serves none. With `part` it carries a one-time
   * part after `#`, which no log of a proxy sees: whoever opens it needs no key.
   */
  async consoleAddress(path = '/', part?: 'setup' | 'ticket'): Promise<string | undefined> {
    if (!this.config.roles.api) return undefined;
    const { ConsoleApiModule } = await import('./console/console.api.module.js');
    if (!this.app.get(ConsoleApiModule, { strict: false }).isServed) return undefined;
    const ticket = part && this.app.get(LoginTickets).issue();
    const address = `${this.config.http.publicUrl ?? this.url}${path}`;
    return ticket === undefined ? address : `${address}#${part}=${ticket}`;
  }

  /** Whether nobody has been let in yet but holders of keys. */
  async wantsSetup(): Promise<boolean> {
    if (!this.config.roles.api) return false;
    const { SetupService } = await import('./operators/people/setup.service.js');
    return await this.app.get(SetupService, { strict: false }).isNeeded();
  }

  /** Whether PostgreSQL and Redis answer, as far as they were asked lately. */
  async storesAnswer(): Promise<boolean> {
    if (silence.unheardMs > UNHEARD_MS) return false;
    await this.app.get(RedisConnection).client?.ping();
    return true;
  }

  /** Sends in flight settle, connections close, and the embedded database goes last. */
  async stop(): Promise<void> {
    try {
      await this.app.close();
    } finally {
      await this.#embedded?.stop();
    }
  }
}

import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Kysely } from 'kysely';
import pg from 'pg';
import { ClockConfig, DatabaseConfig } from '../config/config.js';
import { DatabaseIdentity } from './identity/database-identity.js';
import { clockSetting, kyselyOn } from './dialect.js';
import { SafeClient } from './session/safe-client.js';
import { HOT_SETTINGS, HotSql } from './hot-sql.js';
import { type SessionConfig, sessionOn } from './session/session.js';

const POOLS = Symbol('pools');

interface Pools {
  readonly general: pg.Pool;
  readonly hot: pg.Pool;
}

/** For a connection of the pool: longer than the slowest statement of one that has it. */
const WAIT_MS = 20_000;

const openPool = (session: SessionConfig, max: number, identity: DatabaseIdentity): pg.Pool => {
  const pool = new pg.Pool({
    ...session,
    Client: SafeClient,
    max,
    connectionTimeoutMillis: WAIT_MS,
    // The pool awaits it: nobody gets a connection to a database that was not checked.
    // oxlint-disable-next-line no-misused-promises -- the pool's types do not say that it awaits
    onConnect: (client) => identity.check(client),
  });
  pool.on('error', () => {}); // of an idle connection: the pool replaces it
  return pool;
};

/** One Postgres, two pools: general statements through Kysely, the hot ones through `HotSql`. */
@Module({
  providers: [
    DatabaseIdentity,
    {
      provide: POOLS,
      inject: [DatabaseConfig, ClockConfig, DatabaseIdentity],
      useFactory: (
        { url, poolSize }: DatabaseConfig,
        { offsetMs }: ClockConfig,
        identity: DatabaseIdentity,
      ): Pools => {
        const clock = clockSetting(offsetMs);
        const general = openPool(sessionOn(url, 'general', clock), poolSize, identity);
        const hot = openPool(
          sessionOn(url, 'hot', { ...clock, ...HOT_SETTINGS }),
          poolSize,
          identity,
        );
        identity.usePool(general);
        return { general, hot };
      },
    },
    {
      provide: Kysely,
      inject: [POOLS],
      useFactory: ({ general }: Pools) => kyselyOn<unknown>(general),
    },
    { provide: HotSql, inject: [POOLS], useFactory: ({ hot }: Pools) => new HotSql(hot) },
  ],
  exports: [Kysely, HotSql, DatabaseIdentity],
})
export class DatabaseModule implements OnApplicationShutdown {
  readonly #pools: Pools;

  constructor(@Inject(POOLS) pools: Pools) {
    this.#pools = pools;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.#pools.general.end(), this.#pools.hot.end()]);
  }
}

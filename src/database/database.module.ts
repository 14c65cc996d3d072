import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Kysely } from 'kysely';
import pg from 'pg';
import { ClockConfig, DatabaseConfig } from '../config/config.js';
import { DatabaseIdentity } from './database-identity.js';
import { clockOption, kyselyOn } from './dialect.js';
import { HeardClient } from './heard-client.js';
import { HOT_OPTIONS, HotSql } from './hot-sql.js';

const POOLS = Symbol('pools');

interface Pools {
  readonly general: pg.Pool;
  readonly hot: pg.Pool;
}

const openPool = (
  { url, poolSize: max }: DatabaseConfig,
  options: string,
  identity: DatabaseIdentity,
): pg.Pool => {
  const pool = new pg.Pool({
    Client: HeardClient,
    connectionString: url,
    max,
    options,
    application_name: 'weicast',
    // Awaited by the pool: nobody gets a connection to a database that we have not looked at.
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
        database: DatabaseConfig,
        { offsetMs }: ClockConfig,
        identity: DatabaseIdentity,
      ): Pools => {
        const general = openPool(database, clockOption(offsetMs), identity);
        const hot = openPool(database, `${clockOption(offsetMs)} ${HOT_OPTIONS}`, identity);
        identity.lookThrough(general);
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
  constructor(@Inject(POOLS) private readonly pools: Pools) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.pools.general.end(), this.pools.hot.end()]);
  }
}

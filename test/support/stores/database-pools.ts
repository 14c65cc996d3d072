import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Kysely } from 'kysely';
import { ClockConfig, DatabaseConfig } from '../../../src/config/config.js';
import { DatabaseModule } from '../../../src/database/database.module.js';
import { HotSql } from '../../../src/database/hot-sql.js';

/** The service's two pools, as its module makes them. */
export async function openPools(url: string): Promise<{
  hot: HotSql;
  db: Kysely<unknown>;
  close: () => Promise<void>;
}> {
  @Module({
    imports: [
      DatabaseModule,
      {
        module: class Settings {},
        global: true,
        providers: [
          { provide: DatabaseConfig, useValue: new DatabaseConfig(url, false, 2) },
          { provide: ClockConfig, useValue: new ClockConfig(0) },
        ],
        exports: [DatabaseConfig, ClockConfig],
      },
    ],
  })
  class Pools {}
  const app = await NestFactory.createApplicationContext(Pools, {
    logger: false,
  });
  return { hot: app.get(HotSql), db: app.get(Kysely), close: () => app.close() };
}

import type { ModuleMetadata, Provider } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Kysely } from 'kysely';
import type { Config } from '../../../src/config/config.js';
import { ConfigModule } from '../../../src/config/config.module.js';
import { HotSql } from '../../../src/database/hot-sql.js';

/** Modules of the product in Nest's container. Nothing of them starts before `init`. */
export async function wireModules(
  config: Config,
  imports: NonNullable<ModuleMetadata['imports']>,
  providers: Provider[] = [],
): Promise<TestingModule> {
  const module = await Test.createTestingModule({
    imports: [ConfigModule.register(config), ...imports],
    providers,
  }).compile();
  module.useLogger(false);
  return module;
}

/** Classes of the product that Nest's container wires on connections of the test's own, which the test closes. */
export const wireClasses = <Tables>(
  config: Config,
  { db, hot }: { readonly db: Kysely<Tables>; readonly hot: HotSql },
  classes: Provider[],
): Promise<TestingModule> =>
  wireModules(
    config,
    [],
    [{ provide: Kysely, useValue: db }, { provide: HotSql, useValue: hot }, ...classes],
  );

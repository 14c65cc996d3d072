import { randomBytes } from 'node:crypto';
import type { Config } from '../../../src/config/config.js';
import { readEnvironment } from '../../../src/config/environment.js';
import { givenMasterKeys, resolveConfig } from '../../../src/config/resolve-config.js';
import { uniquePrefix } from '../stores/redis.js';

/** Nobody listens there: what should not be called is refused at once. */
const NOBODY = 'http://127.0.0.1:9';

/**
 * What a service is told, by the names that the environment has, read as the service reads it: a port of its own,
 * queues and a key that nobody shares, no log, and a WeChat that is not there. Undefined leaves a variable as it is here.
 */
export function testConfig(overrides: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  const environment = readEnvironment({
    PORT: '0',
    QUEUE_PREFIX: uniquePrefix(),
    WECHAT_API_BASE: NOBODY,
    WEICAST_MASTER_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'silent',
    ...Object.fromEntries(given),
  });
  return resolveConfig(environment, {
    databaseUrl: environment.DATABASE_URL ?? 'postgres://127.0.0.1:9/nothing',
    embedded: false,
    masterKeys: givenMasterKeys(environment) ?? [],
  });
}

/** A database's address that says how many connections each of its two pools may have. */
export const withPool = (databaseUrl: string, size: number): string => {
  const url = new URL(databaseUrl);
  url.searchParams.set('pool', String(size));
  return url.href;
};

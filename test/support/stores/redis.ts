import { randomBytes } from 'node:crypto';

/** What a queue runs on: Redis, or the database when there is no `redisUrl`. */
export interface QueueBackend {
  readonly name: 'Redis' | 'PostgreSQL';
  readonly redisUrl?: string;
}

/**
 * A suite that needs Redis, on the run's own: keys are shared, so use `uniquePrefix`. Skipped where no redis-server
 * is installed, which the set-up says once (and forbids in CI).
 */
export function describeWithRedis(name: string, suite: (redisUrl: string) => void): void {
  const url = process.env['TEST_REDIS_URL'];
  if (url === undefined) describe.skip(name, () => suite('redis://skipped'));
  else describe(name, () => suite(url));
}

/** The same suite on each of BullMQ's two backends. */
export function describeBothQueues(name: string, suite: (backend: QueueBackend) => void): void {
  describe(`${name} (queue on PostgreSQL)`, () => suite({ name: 'PostgreSQL' }));
  describeWithRedis(`${name} (queue on Redis)`, (redisUrl) => suite({ name: 'Redis', redisUrl }));
}

/** Keeps the keys of suites that share the run's Redis apart. */
export function uniquePrefix(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}

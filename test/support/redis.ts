import { randomBytes } from 'node:crypto';

/** What a queue runs on: Redis, or the database when there is no `redisUrl`. */
export interface QueueBackend {
  readonly name: 'Redis' | 'PostgreSQL';
  readonly redisUrl?: string;
}

/** The run's Redis; undefined where no redis-server is installed. Its keys are shared: use `uniquePrefix`. */
export function redisUrl(): string | undefined {
  return process.env['TEST_REDIS_URL'];
}

/** A suite that needs Redis: skipped where there is none, which the set-up says once (and forbids in CI). */
export function describeWithRedis(name: string, suite: (url: string) => void): void {
  const url = redisUrl();
  if (url === undefined) describe.skip(name, () => suite('redis://skipped'));
  else describe(name, () => suite(url));
}

/** The same suite on each of BullMQ's two backends. */
export function describeBothQueues(name: string, suite: (backend: QueueBackend) => void): void {
  describe(`${name} (queue on PostgreSQL)`, () => suite({ name: 'PostgreSQL' }));
  describeWithRedis(`${name} (queue on Redis)`, (url) => suite({ name: 'Redis', redisUrl: url }));
}

/** Keeps the keys of suites that share the run's Redis apart. */
export function uniquePrefix(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}

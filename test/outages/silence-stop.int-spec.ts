import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../support/stores/database.js';
import { describeWithRedis, uniquePrefix } from '../support/stores/redis.js';
import { until } from '../support/stores/redis-process.js';
import { startService } from '../support/worlds/service-process.js';
import { SilentProxy } from '../support/stores/silent-proxy.js';

/** Nothing is closed, and nothing is said any more, when somebody tells the process to stop. */
describeWithRedis('a stop while a store is silent', (redisUrl) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it.each(['PostgreSQL', 'Redis'] as const)(
    'a stop while a store is silent waits no longer for %s',
    async (store) => {
      const urls = { PostgreSQL: database.url, Redis: redisUrl };
      const port = Number(new URL(urls[store]).port);
      const proxy = await SilentProxy.open(() => port);
      urls[store] = proxy.inFrontOf(urls[store]);
      const service = startService({
        DATABASE_URL: urls.PostgreSQL,
        REDIS_URL: urls.Redis,
        QUEUE_PREFIX: uniquePrefix(),
        WEICAST_MASTER_KEY: randomBytes(32).toString('base64'),
      });
      await until('the start', () => Promise.resolve(service.said.stderr.includes('listens on')));

      proxy.silence();
      await until('silence', () => Promise.resolve(proxy.swallowed > 0));
      service.child.kill('SIGTERM');
      const { stderr } = await service.ended;
      // It may as well have had nothing to wait for.
      expect(stderr).not.toContain('twenty seconds');
      if (store === 'PostgreSQL') expect(stderr).toContain('a store does not answer');
      await proxy.close();
    },
  );
});

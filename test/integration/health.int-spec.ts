import { Redis } from 'ioredis';
import { RolesConfig } from '../../src/config/config.js';
import { HealthApiModule } from '../../src/health/health.api.module.js';
import { ReadinessService } from '../../src/health/readiness.service.js';
import { type ApiApp, startApi } from '../support/api-app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startRedisServer } from '../support/redis-server.js';
import { describeWithRedis } from '../support/redis.js';

const CALLBACK = new RolesConfig(false, true, false);
const WORKER = new RolesConfig(false, false, true);

describeWithRedis('health', (redisUrl) => {
  let database: TestDatabase;
  let api: ApiApp | undefined;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await api?.close();
    await database.drop();
  });

  const start = async (roles: RolesConfig, url = redisUrl): Promise<ApiApp> => {
    const queue = { name: 'Redis', redisUrl: url } as const;
    api = await startApi([HealthApiModule], { databaseUrl: database.url, roles, queue });
    return api;
  };
  const readiness = async (asked: ApiApp) => {
    const { status, json } = await asked.call('GET', '/health/ready', undefined, {});
    return { status, checks: (json as { checks: unknown }).checks };
  };

  it('asks for what the roles need, and of the callback for the queue alone', async () => {
    const callback = await start(CALLBACK);
    await database.drop();
    expect(await readiness(callback)).toEqual({ status: 200, checks: { queue: 'ok' } });
  });

  it('says what is away, and stays alive', async () => {
    const worker = await start(WORKER);
    expect(await readiness(worker)).toEqual({
      status: 200,
      checks: { database: 'ok', queue: 'ok' },
    });
    await database.drop();
    expect(await readiness(worker)).toEqual({
      status: 503,
      checks: { database: 'away', queue: 'ok' },
    });
    expect((await worker.call('GET', '/health/live', undefined, {})).status).toBe(200);
  });

  it('does not wait for a queue that hangs, nor lets it spoil the metrics', async () => {
    const ownRedis = await startRedisServer();
    if (ownRedis === undefined) throw new Error('redis-server is gone');
    const operator = new Redis(ownRedis.url);
    try {
      const worker = await start(WORKER, ownRedis.url);
      expect((await readiness(worker)).status).toBe(200);
      await operator.client('PAUSE', 60_000, 'ALL');

      expect(await readiness(worker)).toEqual({
        status: 503,
        checks: { database: 'ok', queue: 'away' },
      });
      const metrics = await worker.call('GET', '/metrics');
      expect(metrics.status).toBe(200);
      expect(metrics.text).toContain('process_cpu_user_seconds_total');
      expect(metrics.text).not.toContain('weicast_queue_jobs{');
    } finally {
      operator.disconnect();
      await api?.close();
      api = undefined;
      await ownRedis.stop();
    }
  });

  it('sends nobody to a process that is stopping', async () => {
    const { app } = await start(WORKER);
    const service = app.get(ReadinessService, { strict: false });
    service.beforeApplicationShutdown();
    expect(await service.look()).toMatchObject({ status: 'not ready' });
  });
});

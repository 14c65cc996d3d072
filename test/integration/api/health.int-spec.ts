import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import { Kysely, sql } from 'kysely';
import { SafeClient } from '../../../src/database/session/safe-client.js';
import { HealthApiModule } from '../../../src/health/health.api.module.js';
import { ReadinessService } from '../../../src/health/readiness.service.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';
import { until } from '../../support/worlds/callback-world.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';
import { startRedisServer } from '../../support/stores/redis-server.js';
import { describeWithRedis } from '../../support/stores/redis.js';

const CALLBACK = 'callback';
const WORKER = 'worker';

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

  const start = async (roles: string, url = redisUrl): Promise<ApiApp> => {
    const queue = { name: 'Redis', redisUrl: url } as const;
    api = await startApi([HealthApiModule], { databaseUrl: database.url, roles, queue });
    return api;
  };
  const readiness = async (asked: ApiApp) => {
    const { status, json } = await asked.call('GET', '/health/ready', undefined, {});
    return { status, checks: (json as { checks: unknown }).checks };
  };

  it('health asks for what the roles need, and of the callback for the queue alone', async () => {
    const callback = await start(CALLBACK);
    await database.drop();
    expect(await readiness(callback)).toEqual({ status: 200, checks: { queue: 'ok' } });
  });

  it('health says what is away, and stays alive', async () => {
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

  it('health does not wait for a queue that hangs, nor lets it spoil the metrics', async () => {
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

  it('health is not ready on a read-only database, the API says so, and both heal without a restart', async () => {
    const worker = await start('api,callback,worker');
    const name = new URL(database.url).pathname.slice(1);
    const admin = new SafeClient({ connectionString: database.url });
    await admin.connect();
    await admin.query(`alter database ${name} set default_transaction_read_only = on`);
    // A switchover that ends connections: the next ones find the former primary.
    await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
      [name],
    );
    const readOnly = { status: 503, checks: { database: 'read_only', queue: 'ok' } };
    // A connection that was ended may be asked once more before it says so.
    await until(async () => isDeepStrictEqual(await readiness(worker), readOnly));
    const login = () => worker.call('POST', '/login', { key: worker.adminKey }, {});
    expect(await login()).toMatchObject({ status: 503, json: { code: 'store_read_only' } });

    // Connections that are kept stay what they are: each is left as it says so.
    await admin.query(`alter database ${name} reset default_transaction_read_only`);
    await admin.end();
    await until(async () => (await readiness(worker)).status === 200);
    expect((await login()).status).toBeLessThan(400);
  });

  it('health is not ready beside a Redis that is full, or a replica', async () => {
    const ownRedis = await startRedisServer();
    if (ownRedis === undefined) throw new Error('redis-server is gone');
    const operator = new Redis(ownRedis.url);
    try {
      const worker = await start(WORKER, ownRedis.url);
      expect(await readiness(worker)).toMatchObject({ status: 200 });

      await operator.config('SET', 'maxmemory', '1');
      expect(await readiness(worker)).toEqual({
        status: 503,
        checks: { database: 'ok', queue: 'full' },
      });
      await operator.config('SET', 'maxmemory', '0');

      await operator.replicaof('127.0.0.1', 9);
      expect(await readiness(worker)).toEqual({
        status: 503,
        checks: { database: 'ok', queue: 'read_only' },
      });
      await operator.replicaof('NO', 'ONE');
      expect(await readiness(worker)).toMatchObject({ status: 200 });
    } finally {
      operator.disconnect();
      await api?.close();
      api = undefined;
      await ownRedis.stop();
    }
  });

  it('health sends nobody to a process that is stopping', async () => {
    const { app } = await start(WORKER);
    const service = app.get(ReadinessService, { strict: false });
    service.beforeApplicationShutdown();
    expect(await service.check()).toMatchObject({ status: 'not ready' });
  });

  // The last one: it is remembered for half a minute.
  it('health is not ready while the disk of the database is full', async () => {
    const worker = await start(WORKER);
    const db = worker.app.get<Kysely<unknown>>(Kysely, { strict: false });
    // What PostgreSQL says where a table cannot grow.
    await expect(
      sql`do $$ begin raise exception using errcode = '53100', message = 'could not extend file'; end $$`.execute(
        db,
      ),
    ).rejects.toThrow('extend');
    expect(await readiness(worker)).toEqual({
      status: 503,
      checks: { database: 'full', queue: 'ok' },
    });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { QueueConfig } from '../../src/config/config.js';
import { LoggedWorker } from '../../src/queue/logged-worker.js';
import { queueOptionsOnRedis } from '../../src/queue/queue-backend.js';
import { QueueRedis } from '../../src/queue/queue-redis.js';
import { freePorts } from '../support/stores/free-ports.js';
import { describeWithRedis, uniquePrefix } from '../support/stores/redis.js';
import { RedisProcess, until } from '../support/stores/redis-process.js';

interface PrivateParts {
  readonly backend: { readonly blockingConnection: { readonly client: Promise<Redis> } };
  readonly lockManager: { isRunning(): boolean };
}

describeWithRedis('a worker that is closed while Redis is away', () => {
  let folder: string;
  let server: RedisProcess;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weicast-worker-closed-'));
    const [port] = await freePorts(1);
    server = await RedisProcess.start(folder, port!, ['save ""']);
  });
  afterEach(async () => {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it('a worker that is closed while its connection waits to connect anew leaves no timer behind', async () => {
    const config = new QueueConfig(`redis://127.0.0.1:${server.port}`, uniquePrefix());
    const redis = new QueueRedis(config);
    const worker = new LoggedWorker('away', () => Promise.resolve(), {
      ...queueOptionsOnRedis(redis.client!, config),
      concurrency: 1,
    });
    await worker.waitUntilReady();
    const parts = worker as unknown as PrivateParts;
    const blocking = await parts.backend.blockingConnection.client;
    await until('its timers', () => Promise.resolve(parts.lockManager.isRunning()));
    await server.kill();
    await until('a pause before the next try', () =>
      Promise.resolve(blocking.status === 'reconnecting'),
    );
    await worker.close();
    await redis.onApplicationShutdown();

    expect(parts.lockManager.isRunning()).toBe(false);
  });
});

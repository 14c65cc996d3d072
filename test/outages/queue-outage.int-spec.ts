import type { QueueOptions } from 'bullmq';
import type { DatabaseConfig } from '../../src/config/config.js';
import { LoggedQueue } from '../../src/queue/logged-queue.js';
import { LoggedWorker } from '../../src/queue/logged-worker.js';
import { queueOptionsOnPostgres } from '../../src/queue/queue-backend.js';
import { PostgresProxy } from '../chaos/world/postgres-proxy.js';
import { createTestDatabase, type TestDatabase } from '../support/stores/database.js';

/** A process that comes up while PostgreSQL is being restarted: the first connections of its queues fail. */
describe('a queue on PostgreSQL whose first look at the database fails', () => {
  let database: TestDatabase;
  let proxy: PostgresProxy;
  let options: Pick<QueueOptions, 'connection'>;
  let server: number;

  beforeEach(async () => {
    database = await createTestDatabase();
    proxy = await PostgresProxy.open();
    const url = new URL(database.url);
    server = Number(url.port);
    proxy.target = server;
    url.host = `127.0.0.1:${proxy.port}`;
    options = await queueOptionsOnPostgres({ url: url.href, embedded: false } as DatabaseConfig);
    proxy.target = undefined;
  });
  afterEach(async () => {
    await proxy.close();
    await database.drop();
  });

  it('a queue on PostgreSQL whose first look at the database fails takes jobs once the database is back', async () => {
    const queue = new LoggedQueue('outage', options);
    await expect(queue.add('job', {})).rejects.toThrow();
    proxy.target = server;
    await expect(queue.add('job', {})).resolves.toMatchObject({ name: 'job' });
    await queue.close();
  });

  it('a queue on PostgreSQL whose first look at the database fails works its jobs once the database is back, and lets the process live meanwhile', async () => {
    const worker = new LoggedWorker('outage', () => Promise.resolve('done'), options);
    let troubles = 0;
    await new Promise<void>((resolve) =>
      worker.on('error', () => {
        if (++troubles === 3) setTimeout(resolve, 0);
      }),
    );
    // Told now and then, instead of as often as a processor can.
    expect(troubles).toBeLessThan(10);

    proxy.target = server;
    const queue = new LoggedQueue('outage', options);
    const done = new Promise((resolve) =>
      worker.on('completed', (_job, result) => resolve(result)),
    );
    await queue.add('job', {});
    await expect(done).resolves.toBe('done');
    await worker.close();
    await queue.close();
  });
});

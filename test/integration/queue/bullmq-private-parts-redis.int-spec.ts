import { once } from 'node:events';
import { Queue, RedisQueueBackend, setDefaultBackendFactory, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { QueueConfig } from '../../../src/config/config.js';
import { LoggedQueue } from '../../../src/queue/logged-queue.js';
import { LoggedWorker } from '../../../src/queue/logged-worker.js';
import { queueOptionsOnRedis } from '../../../src/queue/queue-backend.js';
import { QueueRedis, SILENCE_MS } from '../../../src/queue/queue-redis.js';
import { describeWithRedis, uniquePrefix } from '../../support/stores/redis.js';

const broken = (part: string, ours: string): string =>
  `BullMQ has changed ${part}, on which ${ours} relies: read that file again before this version is taken`;

/** What BullMQ keeps of its two connections to Redis. */
interface OnRedis {
  readonly connection: { readonly client: Promise<object> };
  readonly blockingConnection?: { readonly client: Promise<object> };
  readonly maximumBlockTimeout: number;
}

const backendOf = (owner: unknown): OnRedis => (owner as { backend: OnRedis }).backend;
const optionsOf = (client: object): Record<string, unknown> =>
  (client as { options: Record<string, unknown> }).options;

/** The parts of BullMQ on Redis that its types or its manual do not promise. Those on PostgreSQL have a suite beside. */
describeWithRedis('BullMQ on Redis still has the private part', (redisUrl) => {
  let redis: QueueRedis;
  let options: ReturnType<typeof queueOptionsOnRedis>;
  let queue: LoggedQueue;
  let worker: LoggedWorker;
  beforeEach(() => {
    const config = new QueueConfig(redisUrl, uniquePrefix());
    redis = new QueueRedis(config);
    options = queueOptionsOnRedis(redis.client!, config);
    queue = new LoggedQueue('parts', options);
    worker = new LoggedWorker('parts', () => Promise.resolve(), { ...options, autorun: false });
  });
  afterEach(async () => {
    await worker.close();
    await queue.close();
    await redis.onApplicationShutdown();
  });

  it('BullMQ on Redis still has setDefaultBackendFactory, which decides for all queues that come after and is taken back by a call without one', () => {
    const said = broken('setDefaultBackendFactory', 'src/queue/queue-backend.ts');
    const asked: string[] = [];
    setDefaultBackendFactory((name) => {
      asked.push(name);
      throw new Error('asked');
    });
    try {
      expect(() => new Queue('first', options)).toThrow('asked');
      expect(() => new Worker('second', null, options)).toThrow('asked');
    } finally {
      setDefaultBackendFactory();
    }
    expect({ said, asked }).toEqual({ said, asked: ['first', 'second'] });
    expect(backendOf(queue)).toBeInstanceOf(RedisQueueBackend);
  });

  it('BullMQ on Redis still has the connection that all queues share: asked as it is, and left open when they close', async () => {
    const said = broken('whose connection a queue asks', 'src/queue/queue-redis.ts');
    await queue.waitUntilReady();
    const client = await backendOf(queue).connection.client;
    await queue.add('job', {});
    await queue.close();
    expect({ said, same: optionsOf(client) === redis.client?.options }).toEqual({
      said,
      same: true,
    });
    expect({ said, still: await redis.client?.ping() }).toEqual({ said, still: 'PONG' });
  });

  it('BullMQ on Redis still has the blocking connection of a worker: a copy of ours, with its patience and its silence', async () => {
    const said = broken('how a worker copies the connection', 'src/queue/queue-redis.ts');
    await worker.waitUntilReady();
    const blocking = await backendOf(worker).blockingConnection!.client;
    const { maxRetriesPerRequest, socketTimeout, reconnectOnError } = optionsOf(blocking);
    expect({
      said,
      copied: optionsOf(blocking) !== redis.client?.options,
      maxRetriesPerRequest,
      socketTimeout,
      reconnectOnError: typeof reconnectOnError,
    }).toEqual({
      said,
      copied: true,
      maxRetriesPerRequest: null,
      socketTimeout: SILENCE_MS,
      reconnectOnError: 'function',
    });
  });

  it('BullMQ on Redis still has the longest blocking read, which ends before silence is suspected', () => {
    const said = broken('how long a worker waits for a job', 'src/queue/queue-redis.ts');
    const { maximumBlockTimeout } = backendOf(worker);
    expect({ said, known: typeof maximumBlockTimeout }).toEqual({ said, known: 'number' });
    // One second more is its own watchdog's.
    expect((maximumBlockTimeout + 1) * 1_000).toBeLessThan(SILENCE_MS);
  });

  it('BullMQ on Redis still has close of the backend, by force, which ends a blocking connection that does not end by itself', async () => {
    const said = broken('how its backend is closed', 'src/queue/logged-worker.ts');
    await worker.waitUntilReady();
    const { backend } = worker as unknown as { backend: { close(force: boolean): Promise<void> } };
    const blocking = (await backendOf(worker).blockingConnection!.client) as Redis;
    await backend.close(true);
    expect({ said, status: blocking.status }).toEqual({ said, status: 'end' });
  });

  it('BullMQ on Redis still adds no second job under an id that still exists', async () => {
    const said = broken(
      'what an add under a known id does',
      'src/broadcast/engine/send/send.queue.ts',
    );
    await queue.add('job', { n: 1 }, { jobId: 'one' });
    await queue.addBulk([{ name: 'job', data: { n: 2 }, opts: { jobId: 'one' } }]);
    const jobs = await queue.getWaiting();
    expect({ said, data: jobs.map(({ data }) => data as object) }).toEqual({
      said,
      data: [{ n: 1 }],
    });
  });

  it('BullMQ on Redis still has the one name under which its scripts call Redis: a job comes, runs and goes without an event', async () => {
    const said = broken('how its scripts begin', 'src/queue/without-events.ts');
    await queue.waitUntilReady();
    const ended = once(worker, 'completed');
    void worker.run();
    await queue.addBulk([{ name: 'job', data: { n: 1 }, opts: { jobId: 'one' } }]);
    await ended;
    const left = await redis.client!.exists(queue.toKey('events'));
    expect({ said, left, jobs: await queue.getJobCounts('wait', 'active') }).toEqual({
      said,
      left: 0,
      jobs: { wait: 0, active: 0 },
    });
  });
});

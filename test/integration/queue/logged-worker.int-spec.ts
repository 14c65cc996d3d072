import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, type Processor, type QueueOptions, UnrecoverableError } from 'bullmq';
import type { DatabaseConfig } from '../../../src/config/config.js';
import { LoggedQueue } from '../../../src/queue/logged-queue.js';
import { LoggedWorker } from '../../../src/queue/logged-worker.js';
import { queueOptionsOnPostgres } from '../../../src/queue/queue-backend.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';

describe('a worker', () => {
  let database: TestDatabase;
  let options: QueueOptions;
  let queue: LoggedQueue;
  let worker: LoggedWorker | undefined;
  beforeEach(async () => {
    database = await createTestDatabase();
    options = await queueOptionsOnPostgres({
      url: database.url,
      embedded: false,
    } as DatabaseConfig);
    queue = new LoggedQueue('work', options);
  });
  afterEach(async () => {
    await worker?.close();
    await queue.close();
    await database.drop();
  });

  const work = (processor: Processor, concurrency = 1): LoggedWorker =>
    (worker = new LoggedWorker('work', processor, { ...options, concurrency }));
  const add = (jobs: number) =>
    queue.addBulk(Array.from({ length: jobs }, (_, n) => ({ name: 'job', data: { n } })));

  it('a worker waits for its jobs when it closes, for longer than it would for a connection', async () => {
    let ended = false;
    const begun = Promise.withResolvers<void>();
    const closing = work(async () => {
      begun.resolve();
      await sleep(3_500);
      ended = true;
    });
    await add(1);
    await begun.promise;
    await closing.close();
    expect(ended).toBe(true);
  });

  it('a worker starts a job as it arrives, and not once all its slots are filled', async () => {
    await add(200);
    const arrivedAtFirstStart = Promise.withResolvers<number>();
    let arrived = 0;
    const started = work(async () => {
      arrivedAtFirstStart.resolve(arrived);
      return Promise.resolve();
    }, 200);
    started.on('active', () => arrived++);
    expect(await arrivedAtFirstStart.promise).toBe(1);
  });

  it('a worker runs each job once, in its own slots and in those that jobs hand on', async () => {
    const runs = new Map<number, number>();
    const isOver = Promise.withResolvers<void>();
    let [underWay, most] = [0, 0];
    await add(300);
    work(async ({ data: { n } }: { data: { n: number } }) => {
      most = Math.max(most, ++underWay);
      runs.set(n, (runs.get(n) ?? 0) + 1);
      await sleep(1);
      underWay--;
      if (runs.size === 300) isOver.resolve();
    }, 20);
    await isOver.promise;
    await worker?.close();
    expect([...runs.values()].every((times) => times === 1)).toBe(true);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(20);
  });

  it('a worker goes on after jobs that fail or put themselves off', async () => {
    const runs: number[] = [];
    const isOver = Promise.withResolvers<void>();
    await add(6);
    work(async (job, token) => {
      const { n } = job.data as { n: number };
      runs.push(n);
      if (n === 1) throw new UnrecoverableError('of no use');
      if (n === 2 && runs.filter((run) => run === 2).length === 1) {
        await job.moveToDelayed(Date.now() + 100, token);
        throw new DelayedError();
      }
      if (runs.length === 7) isOver.resolve();
    });
    await isOver.promise;
    await worker?.close();
    expect(runs.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 2, 3, 4, 5]);
  });
});

import type { Job } from 'bullmq';
import { QueueConfig } from '../../src/config/config.js';
import { QueueDepth } from '../../src/health/queue-depth.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { LoggedQueue } from '../../src/queue/logged-queue.js';
import { LoggedWorker } from '../../src/queue/logged-worker.js';
import { queueOptionsOnRedis } from '../../src/queue/queue-backend.js';
import { QueueRedis } from '../../src/queue/queue-redis.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { TokenUnavailable } from '../../src/token/store/token.errors.js';
import { describeWithRedis, uniquePrefix } from '../support/stores/redis.js';
import { until } from '../support/stores/redis-process.js';
import { SilentProxy } from '../support/stores/silent-proxy.js';
import { TokenWorld } from '../support/worlds/token-world.js';

/** A host that vanished, or a network that forgot a connection: nothing is closed, and nothing is said any more. */
describeWithRedis('a Redis that falls silent', (redisUrl) => {
  let proxy: SilentProxy;
  let url: string;

  beforeEach(async () => {
    const port = Number(new URL(redisUrl).port);
    proxy = await SilentProxy.open(() => port);
    url = proxy.inFrontOf(redisUrl);
  });
  afterEach(() => proxy.close());

  /** Every connection that fell silent was destroyed by whoever had it. */
  const isLeft = () =>
    until('silent connections to be left', () => Promise.resolve(proxy.held === 0));

  it('a Redis that falls silent fails what is asked of it, and the next question finds a connection that speaks', async () => {
    const redis = new RedisConnection(new QueueConfig(url, uniquePrefix()));
    expect(await redis.writeFault()).toBeUndefined();

    proxy.silence();
    await Promise.all([
      expect(redis.writeFault()).rejects.toThrow(/timed out|timeout/i),
      expect(redis.client?.get('anything')).rejects.toThrow(/timed out|timeout/i),
    ]);
    proxy.speak();
    await isLeft();
    await until('Redis to be heard', () =>
      redis.writeFault().then(
        (trouble) => trouble === undefined,
        () => false,
      ),
    );
    await redis.onApplicationShutdown();
  });

  it('a Redis that falls silent leaves whoever wants a token without one just now, and the account without a fault', async () => {
    const world = await TokenWorld.open({ name: 'Redis', redisUrl: url });
    const process = await world.process();
    const account = await world.account(process);

    proxy.silence();
    await expect(process.tokens.tokenFor(account)).rejects.toBeInstanceOf(TokenUnavailable);
    expect(world.wechat.tokenCalls).toBe(0);
    expect((await process.accounts.requireAccount(account.appid)).fault).toBeNull();
    proxy.speak();
    await isLeft();
    await until('a token', () =>
      process.tokens.tokenFor(account).then(
        () => true,
        () => false,
      ),
    );
    expect(world.wechat.tokenCalls).toBe(1);
    await world.close();
  });

  describe('beneath a queue', () => {
    let redis: QueueRedis;
    let queue: LoggedQueue;
    let worker: LoggedWorker;
    let worked: string[];

    const isWorked = (name: string) =>
      until(`${name} to be worked`, () => Promise.resolve(worked.includes(name)));

    beforeEach(() => {
      const config = new QueueConfig(url, `{${uniquePrefix()}}`);
      redis = new QueueRedis(config);
      const options = queueOptionsOnRedis(redis.client!, config);
      queue = new LoggedQueue('silent', options);
      worked = [];
      const work = ({ name }: Job) => Promise.resolve(void worked.push(name));
      worker = new LoggedWorker('silent', work, options);
    });
    afterEach(async () => {
      await worker.close();
      await queue.close();
      await redis.onApplicationShutdown();
    });

    it('a Redis that falls silent beneath a queue keeps a job until it is heard again, adds it once, and the waiting worker finds it', async () => {
      await queue.add('before', {});
      await isWorked('before');

      proxy.silence();
      const meanwhile = queue.add('meanwhile', {}, { jobId: 'meanwhile' });
      await until('it to be lost', () => Promise.resolve(proxy.swallowed > 0));
      proxy.speak();
      // Both connections: the one that adds, and the one on which the worker waits for jobs.
      await isLeft();
      await meanwhile;
      await queue.add('after', {});
      await Promise.all([isWorked('meanwhile'), isWorked('after')]);
      expect(worked.toSorted()).toEqual(['after', 'before', 'meanwhile']);
    });

    it('a Redis that falls silent beneath a queue is asked once how many jobs stand in it, however often it is scraped', async () => {
      await queue.add('before', {});
      await isWorked('before');
      const metrics = new Metrics();
      new QueueDepth([queue], metrics).onModuleInit();

      proxy.silence();
      const { commandQueue } = redis.client as unknown as { commandQueue: { length: number } };
      await Promise.all([1, 2, 3].map(() => metrics.expose()));
      const once = commandQueue.length;
      await Promise.all([1, 2, 3].map(() => metrics.expose()));
      expect({ once: once > 0, again: commandQueue.length }).toEqual({ once: true, again: once });
      proxy.speak();
      await isLeft();
      await until('its jobs to be counted', async () =>
        (await metrics.expose()).includes('queue="silent"'),
      );
    });

    it('a Redis that falls silent beneath a queue is left by a worker that waits for jobs, though nobody asks anything else', async () => {
      await queue.add('before', {});
      await isWorked('before');

      proxy.silence();
      proxy.speak();
      await isLeft();
      await queue.add('after', {});
      await isWorked('after');
    });
  });
});

import { Redis } from 'ioredis';
import { SANDBOX_APPID_PREFIX } from '../../src/kernel/sandbox-appid.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { uncarry } from '../../src/wechat-auth/inbox-job.js';
import { CALLBACK_TOKEN, CallbackWorld, until } from '../support/worlds/callback-world.js';
import { describeWithRedis } from '../support/stores/redis.js';
import { type RedisServer, startRedisServer } from '../support/stores/redis-server.js';
import { signedQuery } from '../support/wechat/wechat-push.js';
import { EVENT_SAMPLES } from '../support/wechat/wechat-vectors.js';

const receipt = EVENT_SAMPLES.receiptDelivered;

/** What became of a push: its answer, or that the connection was closed without one. */
type Fate = { readonly body: string } | 'closed';

describeWithRedis('the callback while Redis is away', () => {
  let redis: RedisServer;
  let admin: Redis;
  let world: CallbackWorld;
  beforeEach(async () => {
    redis = (await startRedisServer())!;
    admin = new Redis(redis.url, { retryStrategy: () => null });
    world = await CallbackWorld.open({ redisUrl: redis.url });
    await world.queue.waitUntilReady();
  });
  afterEach(async () => {
    await admin.client('UNPAUSE').catch(() => {}); // gone already in one case
    admin.disconnect();
    await world.close(); // which must not wait for a Redis that does not come back
    await redis.stop();
  });

  const pauseWrites = () => admin.client('PAUSE', 60_000, 'WRITE');
  const writesHang = () =>
    until(async () => !(await admin.info('clients')).includes('blocked_clients:0'));
  const pusher = async (
    account: Parameters<CallbackWorld['account']>[0] = {},
  ): Promise<(body?: string) => Promise<Fate>> => {
    const { appid } = await world.account(account);
    return (body = receipt) =>
      world
        .send(world.url(appid, signedQuery(CALLBACK_TOKEN)), { body })
        .catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ECONNRESET') throw error;
          return 'closed';
        });
  };
  const outcomes = async (): Promise<Record<string, number>> => {
    const { values } = await world.app.get(Metrics, { strict: false }).callbacks.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.outcome, value]));
  };

  it('the callback while Redis is away does not say success before the push is stored', async () => {
    const push = await pusher();
    await pauseWrites();
    let fate: Fate | undefined;
    const answered = push().then((answer) => (fate = answer));
    await writesHang();

    expect(fate).toBeUndefined();
    expect(await outcomes()).toEqual({});

    await admin.client('UNPAUSE');
    expect(await answered).toMatchObject({ body: 'success' });
    expect((await world.stored()).map(({ content }) => uncarry(content).toString())).toEqual([
      receipt,
    ]);
  });

  it('the callback while Redis is away closes the connection without an answer when that takes too long, and stores the push later', async () => {
    const push = await pusher();
    await pauseWrites();

    expect(await push()).toBe('closed');
    expect(await outcomes()).toEqual({ unstored: 1 });

    await admin.client('UNPAUSE');
    await until(async () => (await world.stored()).length > 0);
    expect(await push()).toMatchObject({ body: 'success' });
  });

  it('the callback while Redis is away closes the connection without an answer when Redis is gone', async () => {
    const push = await pusher();
    expect(await push()).toMatchObject({ body: 'success' });

    await redis.stop();
    expect(await push()).toBe('closed');
    expect(await outcomes()).toEqual({ accepted: 1, unstored: 1 });
  });

  it('the callback while Redis is away counts no push of a sandbox, whether it is stored or not', async () => {
    const push = await pusher({
      appid: `${SANDBOX_APPID_PREFIX}0000aa`,
      apiBase: 'http://127.0.0.1:1',
    });
    expect(await push()).toMatchObject({ body: 'success' });

    await redis.stop();
    expect(await push()).toBe('closed');
    expect(await outcomes()).toEqual({});
  });

  it('the callback while Redis is away closes the connection at once when there is no room for more', async () => {
    const push = await pusher();
    const large = `<xml><A>${'x'.repeat(1024 * 1024 - 20)}</A></xml>`;
    /** How many of those that wait have ended when the first that finds no room is closed. */
    const endedBefore = async (): Promise<number> => {
      await pauseWrites();
      let settled = 0;
      const waiting = Array.from({ length: 64 }, () => push(large).finally(() => settled++));
      await writesHang();
      // Some may still be on their way: the first that finds no room is the first to be closed.
      let extra: Fate;
      do extra = await Promise.race([push(large), ...waiting]);
      while (extra !== 'closed');
      const ended = settled;
      await admin.client('UNPAUSE');
      await Promise.all(waiting);
      return ended;
    };
    // On a busy machine those that wait may have waited too long by then, and are closed for that.
    let fewest = Infinity;
    for (let tries = 0; tries < 5 && fewest >= 2; tries++)
      fewest = Math.min(fewest, await endedBefore());

    expect(fewest).toBeLessThan(2);
    expect(await push()).toMatchObject({ body: 'success' });
  });
});

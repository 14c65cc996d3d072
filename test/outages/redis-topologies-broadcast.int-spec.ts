import pg from 'pg';
import { QUEUE_NAMES } from '../../src/queue/queue-names.js';
import { describeWithRedis } from '../support/stores/redis.js';
import { RedisCluster } from '../support/stores/redis-cluster.js';
import { RedisSentinels } from '../support/stores/redis-sentinels.js';
import { ProductWorld } from '../support/worlds/product-world.js';

const PATIENCE_MS = 150_000;
const FOLLOWERS = 300;

/** Slow enough to be in the midst of it for some seconds; pushes are repeated until they are answered. */
const WECHAT = {
  followers: FOLLOWERS,
  sending: { latencyMinMs: 20, latencyMaxMs: 80 },
  receipts: { early: 0.1, twice: 0.1, tries: 30 },
};
const SENDS_PER_SECOND = 80;

const open = (redisUrl: string) => ProductWorld.open({ name: 'Redis', redisUrl }, WECHAT);

const sent = (world: ProductWorld, messages: number) =>
  world.until(async () => world.wechat.stats().accepted >= messages, `${messages} messages`);

/** Two broadcasts by two processes, one after the other, and what an operator sees of the queues. */
async function servesTheWholeProduct(world: ProductWorld): Promise<void> {
  const half = FOLLOWERS / 2;
  const reaches = async (from: number) => {
    const openids = Array.from({ length: half }, (_, n) => world.openid(from + n));
    const id = await world.broadcast({ audience: { kind: 'openids', openids } });
    expect((await world.finished(id)).counts.delivered).toBe(half);
  };
  await world.ready();
  await reaches(0);
  await world.stop();
  await world.start();
  await reaches(half);

  expect(world.wechat.stats()).toMatchObject({
    duplicates: 0,
    recipients: FOLLOWERS,
    tokenCalls: 1,
  });
  const { json } = await world.expect(200, 'GET', '/queues/api/queues');
  const shown = json.queues.map(({ name }: { name: string }) => name).toSorted();
  expect(shown).toEqual([...QUEUE_NAMES].toSorted());
}

describeWithRedis('a broadcast on a Redis cluster', () => {
  let cluster: RedisCluster;
  let world: ProductWorld;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    world = await open(cluster.url);
  });
  afterEach(async () => {
    await world.close();
    await cluster.empty();
  });

  it('a broadcast on a Redis cluster reaches everybody, with one token for all processes', () =>
    servesTheWholeProduct(world));

  it(
    'a broadcast on a Redis cluster does not notice that a node went that holds none of its keys, and waits for the one that holds them',
    async () => {
      await world.ready({ sendsPerSecond: SENDS_PER_SECOND });
      const id = await world.broadcast();
      await sent(world, 40);
      const holder = await cluster.holder();
      const other = cluster.masters.find((master) => master !== holder);
      await other?.kill();
      await sent(world, 120);

      await holder.kill();
      await Promise.all([holder.start(), other?.start()]);
      const { counts } = await world.finished(id, PATIENCE_MS);
      expect(counts.delivered).toBe(FOLLOWERS);
      expect(world.wechat.stats()).toMatchObject({ duplicates: 0, recipients: FOLLOWERS });
    },
    PATIENCE_MS,
  );
});

describeWithRedis('a broadcast on Redis behind sentinels', () => {
  let sentinels: RedisSentinels;
  let world: ProductWorld;
  beforeAll(async () => {
    sentinels = await RedisSentinels.start();
  });
  afterAll(() => sentinels.stop());
  beforeEach(async () => {
    world = await open(sentinels.url);
  });
  afterEach(() => world.close());

  it('a broadcast on Redis behind sentinels reaches everybody, with one token for all processes', () =>
    servesTheWholeProduct(world));

  it(
    'a broadcast on Redis behind sentinels is settled after a failover that lost writes, and nobody has seen it twice',
    async () => {
      await world.ready({ sendsPerSecond: SENDS_PER_SECOND });
      const id = await world.broadcast();
      await sent(world, 40);
      // What the master acknowledges from here on, its replica will not have.
      sentinels.replica.freeze();
      await sent(world, 80);
      await sentinels.master.kill();
      const lostAtMost = world.wechat.stats().callbacks.ok;
      sentinels.replica.thaw();
      await sentinels.failedOver();
      const since = await aMinuteLater(world);

      await world.until(
        async () =>
          (await world.show(id)).state === 'finished' && (await awaited(world, since)) === 0,
        'everybody, and the receipts of those who were sent to after the failover',
        PATIENCE_MS,
      );
      const { counts } = await world.show(id);
      // Receipts that the lost master had taken are lost with it: their rows stay `accepted`.
      expect(counts.delivered + counts.accepted).toBe(FOLLOWERS);
      expect(counts.accepted).toBeLessThanOrEqual(lostAtMost);
      expect(world.wechat.stats()).toMatchObject({ duplicates: 0, recipients: FOLLOWERS });
    },
    PATIENCE_MS,
  );
});

/** Rows whose jobs are lost look like it only after a minute. Returns the database's time. */
async function aMinuteLater(world: ProductWorld): Promise<Date> {
  return await onDatabase(world, async (client) => {
    await client.query(
      `update delivery set queued_at = queued_at - interval '61 seconds' where state = 'queued'`,
    );
    return (await client.query('select clock_timestamp() as now')).rows[0].now;
  });
}

/** How many of those who were sent to since then are without a receipt. */
async function awaited(world: ProductWorld, since: Date): Promise<number> {
  return await onDatabase(world, async (client) => {
    const { rows } = await client.query(
      `select count(*)::int as rows from delivery where state = 'accepted' and claimed_at >= $1`,
      [since],
    );
    return rows[0].rows;
  });
}

async function onDatabase<T>(
  { databaseUrl }: ProductWorld,
  ask: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}

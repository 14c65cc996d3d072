import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePorts } from '../support/stores/free-ports.js';
import { ProductWorld } from '../support/worlds/product-world.js';
import { describeWithRedis } from '../support/stores/redis.js';
import { RedisProcess } from '../support/stores/redis-process.js';

describeWithRedis('while Redis is away and a broadcast has jobs to add', () => {
  let folder: string;
  let redis: RedisProcess;
  let world: ProductWorld;
  let client: pg.Client;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weicast-redis-away-'));
    const [port] = await freePorts(1);
    redis = await RedisProcess.start(folder, port!, ['save ""', 'maxmemory-policy noeviction']);
    const redisUrl = `redis://127.0.0.1:${port!}`;
    world = await ProductWorld.open({ name: 'Redis', redisUrl }, { followers: 300 });
    client = new pg.Client({ connectionString: world.databaseUrl });
    await client.connect();
  });
  afterEach(async () => {
    await redis.start();
    await client.end();
    await world.close();
    await redis.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it('a hold expires and a scheduled broadcast starts while Redis is away, in time and not stale', async () => {
    await world.ready({ sendsPerSecond: 5 });
    const busy = await world.broadcast();
    await world.until(async () => world.wechat.stats().accepted > 0, 'the first message');
    const held = await world.broadcast();
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const scheduled = await world.broadcast({ startAt });
    await redis.kill();

    expect((await world.show(busy)).counts).toMatchObject({
      pending: expect.any(Number) as number,
    });
    await client.query(
      `insert into broadcast_hold (broadcast_id, reason, since, until)
         values ($1, 'quota', clock_now(), clock_now())`,
      [held],
    );
    await client.query('update broadcast set start_at = clock_now() where id = $1', [scheduled]);
    await world.until(
      async () => (await world.show(held)).holds.length === 0,
      'the hold to expire',
    );
    await world.until(
      async () => (await world.show(scheduled)).state === 'running',
      'the scheduled start',
    );
    expect(await world.show(scheduled)).toMatchObject({ holds: [] });
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { QueueConfig } from '../../src/config/config.js';
import { connectRedis, parseRedisUrl } from '../../src/redis/redis-address.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { describeWithRedis } from '../support/stores/redis.js';
import { RedisCluster } from '../support/stores/redis-cluster.js';
import { freePorts } from '../support/stores/free-ports.js';
import { RedisProcess } from '../support/stores/redis-process.js';
import { RedisSentinels } from '../support/stores/redis-sentinels.js';

beforeAll(() => Logger.overrideLogger(false));

describeWithRedis('Redis alone', () => {
  let folder: string;
  let server: RedisProcess | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weicast-redis-'));
  });
  afterEach(async () => {
    await server?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const serve = async (...lines: string[]): Promise<RedisProcess> => {
    const [port = 0] = await freePorts(1);
    return (server = await RedisProcess.start(folder, port, ['save ""', ...lines]));
  };

  it('Redis alone serves with a password and a database of its own', async () => {
    const { port } = await serve('requirepass secret');
    const redis = connectRedis(parseRedisUrl(`redis://:secret@127.0.0.1:${port}/3`), {});

    await redis.set('key', 'value');
    expect(await redis.client('INFO')).toContain('db=3');
    redis.disconnect();
  });

  it('Redis alone is used again once it is back', async () => {
    const { port } = await serve();
    const connection = new RedisConnection(new QueueConfig(`redis://127.0.0.1:${port}`, '{test}'));
    await connection.client?.set('key', 'value');
    await server?.kill();
    await expect(connection.client?.get('key')).rejects.toThrow();

    await server?.start();
    let answer: string | null | undefined;
    while (answer === undefined)
      answer = await connection.client?.get('key').catch(() => undefined);
    expect(answer).toBeNull();
    await connection.onApplicationShutdown();
  });
});

describeWithRedis('Redis behind sentinels', () => {
  let sentinels: RedisSentinels;
  beforeAll(async () => {
    sentinels = await RedisSentinels.start();
  });
  afterAll(() => sentinels.stop());

  it('Redis behind sentinels serves, and is found again after its master and the sentinel that is asked first have hung', async () => {
    const redis = connectRedis(parseRedisUrl(`${sentinels.url}?db=2`), {
      maxRetriesPerRequest: null,
      socketTimeout: 1_000,
    });
    await redis.set('key', 'before');
    expect(await redis.client('INFO')).toContain('db=2');

    sentinels.master.freeze();
    sentinels.sentinels[0]?.freeze();
    await redis.set('key', 'after');
    expect(String(await sentinels.replica.ask('INFO', 'keyspace'))).toContain('db2:keys=1');
    expect(await redis.get('key')).toBe('after');
    redis.disconnect();
  });
});

describeWithRedis('Redis as a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  it('Redis as a cluster serves, and its scripts see the keys of one hash tag', async () => {
    const redis = connectRedis(parseRedisUrl(cluster.url), {});

    const script = `redis.call('SET', KEYS[1], '1') return redis.call('EXISTS', KEYS[1], KEYS[2])`;
    expect(await redis.eval(script, 2, '{tag}:a', '{tag}:b')).toBe(1);
    redis.disconnect();
  });

  it('Redis as a cluster goes on with the replica of a node that hangs', async () => {
    const redis = connectRedis(parseRedisUrl(cluster.url), {
      maxRetriesPerRequest: null,
      socketTimeout: 1_000,
    });
    await redis.set('{tag}:a', 'before');
    const holder = await cluster.holder();
    const replica = await cluster.addReplica(holder);

    holder.freeze();
    await redis.set('{tag}:a', 'after');
    expect(await replica.ask('GET', '{tag}:a')).toBe('after');
    redis.disconnect();
  });
});

/** Connects, and closes the connection while ioredis asks its nodes who serves what, which no event tells. */
const CLOSES_WHILE_IT_ASKS = `
  import { connectRedis, parseRedisUrl } from '${join(import.meta.dirname, '../../src/redis/redis-address.ts')}';
  const redis = connectRedis(parseRedisUrl(process.argv[1]), {});
  await redis.set('{tag}:a', 'before');
  console.log('connected');
  while (!redis.isRefreshing) await new Promise((later) => setTimeout(later, 1));
  redis.disconnect();
`;

describeWithRedis('Redis as a cluster whose nodes hang', () => {
  it('Redis as a cluster whose nodes hang lets a process end that closes its connection while it asks who serves what', async () => {
    const cluster = await RedisCluster.start();
    const loader = join(import.meta.dirname, '../support/typescript-loader.js');
    const program = ['--input-type=module', '-e', CLOSES_WHILE_IT_ASKS, cluster.url];
    const child = spawn(process.execPath, ['--import', loader, ...program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    for (const master of cluster.masters) master.freeze();
    expect(await ended).toEqual([0, null]);
    await cluster.stop();
  });
});

describeWithRedis('Redis that is away', () => {
  it.each(['redis://127.0.0.1:1', 'redis+sentinel://127.0.0.1:1/main'])(
    'Redis that is away fails the command, and not the process: %s',
    async (url) => {
      const connection = new RedisConnection(new QueueConfig(url, '{test}'));

      await expect(connection.client?.get('key')).rejects.toThrow();
      await connection.onApplicationShutdown();
    },
  );
});

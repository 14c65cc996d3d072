import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { QueueConfig } from '../../src/config/config.js';
import { connectRedis, parseRedisUrl } from '../../src/redis/redis-address.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { describeWithRedis } from '../support/redis.js';

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

const quiet = (redis: Redis): Redis => redis.on('error', () => {});

describeWithRedis('Redis, however it is run', () => {
  const servers: ChildProcess[] = [];
  let folder: string;

  /** A server with these lines as its configuration, in the folder of this suite. */
  async function serve(lines: readonly string[], ...flags: string[]): Promise<number> {
    const port = await freePort();
    const file = join(folder, `${port}.conf`);
    const common = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`];
    await writeFile(file, [...common, ...lines].join('\n'));
    servers.push(spawn('redis-server', [file, ...flags], { stdio: 'ignore' }));
    const client = quiet(new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null }));
    await client.ping().catch((error: Error) => {
      if (!error.message.startsWith('NOAUTH')) throw error;
    });
    client.disconnect();
    return port;
  }

  beforeAll(async () => {
    Logger.overrideLogger(false);
    folder = await mkdtemp(join(tmpdir(), 'weicast-redis-'));
  });
  afterAll(async () => {
    for (const server of servers) {
      server.kill('SIGKILL');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  });

  it('serves alone, with a password and a database of its own', async () => {
    const port = await serve(['requirepass secret', 'save ""']);
    const redis = connectRedis(parseRedisUrl(`redis://:secret@127.0.0.1:${port}/3`), {});

    await redis.set('key', 'value');
    expect(await redis.client('INFO')).toContain('db=3');
    redis.disconnect();
  });

  it('serves behind sentinels', async () => {
    const primary = await serve(['save ""']);
    const sentinel = await serve([`sentinel monitor main 127.0.0.1 ${primary} 1`], '--sentinel');
    const redis = connectRedis(
      parseRedisUrl(`redis+sentinel://127.0.0.1:${sentinel}/main?db=2`),
      {},
    );

    await redis.set('key', 'value');
    const direct = new Redis(primary, '127.0.0.1', { db: 2 });
    expect(await direct.get('key')).toBe('value');
    direct.disconnect();
    redis.disconnect();
  });

  it('serves as a cluster, whose scripts see the keys of one hash tag', async () => {
    const cluster = ['cluster-enabled yes', `cluster-port ${await freePort()}`];
    const port = await serve([...cluster, 'cluster-announce-ip 127.0.0.1', 'save ""']);
    const node = new Redis(port, '127.0.0.1');
    await node.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    while (!String(await node.call('CLUSTER', 'INFO')).includes('cluster_state:ok'))
      await sleep(20);
    node.disconnect();
    const redis = connectRedis(parseRedisUrl(`redis+cluster://127.0.0.1:${port}`), {});

    const script = `redis.call('SET', KEYS[1], '1') return redis.call('EXISTS', KEYS[1], KEYS[2])`;
    expect(await redis.eval(script, 2, '{tag}:a', '{tag}:b')).toBe(1);
    redis.disconnect();
  });

  it.each(['redis://127.0.0.1:1', 'redis+sentinel://127.0.0.1:1/main'])(
    'fails the command, and not the process, while it is away: %s',
    async (url) => {
      const connection = new RedisConnection(new QueueConfig(url, '{test}'));

      await expect(connection.client?.get('key')).rejects.toThrow();
      await connection.onApplicationShutdown();
    },
  );

  it('is used again once it is back', async () => {
    const port = await serve(['save ""']);
    const connection = new RedisConnection(new QueueConfig(`redis://127.0.0.1:${port}`, '{test}'));
    await connection.client?.set('key', 'value');
    const server = servers.at(-1);
    server?.kill('SIGKILL');
    if (server) await once(server, 'exit');
    await expect(connection.client?.get('key')).rejects.toThrow();

    servers.push(spawn('redis-server', [join(folder, `${port}.conf`)], { stdio: 'ignore' }));
    let answer: string | null | undefined;
    while (answer === undefined)
      answer = await connection.client?.get('key').catch(() => undefined);
    expect(answer).toBeNull();
    await connection.onApplicationShutdown();
  });
});

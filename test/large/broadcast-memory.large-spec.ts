import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Simulator } from '../../src/simulator/simulator.js';
import { freePorts } from '../support/stores/free-ports.js';
import { createTestDatabase } from '../support/stores/database.js';
import { describeWithRedis, uniquePrefix } from '../support/stores/redis.js';

const MIB = 1024 * 1024;

/** The service as people run it, in a process of its own, so that its memory is its own. */
describeWithRedis('a broadcast to 100,000', (redisUrl) => {
  let service: ChildProcess;
  let simulator: Simulator;
  let url: string;
  /** Another text for every run: the same one twice would count as seen twice. */
  let runs = 0;
  const key = randomBytes(24).toString('hex');

  afterAll(async () => {
    if (service.exitCode === null && service.signalCode === null) {
      service.kill('SIGTERM');
      await new Promise((resolve) => service.once('exit', resolve));
    }
    await simulator.close();
  });

  it('a broadcast to 100,000 needs no more memory than one to 10,000, in the service and in Redis', async () => {
    const small = account('a');
    const large = account('b');
    simulator = await Simulator.start({
      ...small,
      followers: 10_000,
      receipts: { delayMinMs: 10, delayMaxMs: 300 },
      accounts: [{ ...large, followers: 100_000, receipts: { delayMinMs: 10, delayMaxMs: 300 } }],
    });
    const database = await createTestDatabase();
    const [port = 0] = await freePorts(1);
    url = `http://127.0.0.1:${port}`;
    service = spawn(process.execPath, ['dist/main.js'], {
      stdio: 'inherit',
      env: {
        PATH: process.env['PATH'],
        PORT: String(port),
        DATABASE_URL: database.url,
        REDIS_URL: redisUrl,
        QUEUE_PREFIX: uniquePrefix(),
        WECHAT_API_BASE: simulator.url,
        WEICAST_ADMIN_KEY: key,
        WEICAST_MASTER_KEY: randomBytes(32).toString('base64'),
        SENDS_PER_SECOND: '5000',
        LOG_LEVEL: 'warn',
      },
    });
    await until(() =>
      fetch(`${url}/health/ready`).then(
        (r) => r.ok,
        () => false,
      ),
    );
    for (const each of [small, large]) await prepare(each.appid, each.secret);

    const redis = new Redis(redisUrl);
    const idle = await usedMemory(redis);
    await broadcast(small.appid, redis);
    const second = await broadcast(small.appid, redis);
    const big = await broadcast(large.appid, redis);
    redis.disconnect();

    console.log(
      `10,000: p95 RSS ${mib(second.rss)} MiB, Redis +${mib(second.redis - idle)} MiB; ` +
        `100,000: p95 RSS ${mib(big.rss)} MiB, Redis +${mib(big.redis - idle)} MiB, ${big.seconds} s`,
    );
    expect(big.counts).toMatchObject({ delivered: 100_000 });
    expect(big.rss).toBeLessThan(second.rss * 1.15);
    expect(big.redis - idle).toBeLessThan(64 * MIB);
    expect(simulator.stats().duplicates).toBe(0);
  }, 900_000);

  const account = (letter: string) => ({
    appid: `wx${letter.repeat(16)}`,
    secret: letter.repeat(32),
  });

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = (await answer.json()) as T;
    if (!answer.ok) throw new Error(JSON.stringify(json));
    return json;
  }

  async function prepare(appid: string, secret: string): Promise<void> {
    const callbackToken = 'large1';
    await call('POST', '/v1/accounts', {
      appid,
      secret,
      kind: 'service',
      name: appid,
      callbackMode: 'plain',
      callbackToken,
    });
    simulator.putAccount({
      appid,
      callback: { url: `${url}/wechat/${appid}/callback`, token: callbackToken },
    });
    await call('POST', `/v1/accounts/${appid}/templates/sync`, {});
    await call('POST', `/v1/accounts/${appid}/followers/sync`, {});
    await until(
      async () =>
        (await call<{ state: string }>('GET', `/v1/accounts/${appid}/followers/sync`)).state ===
        'done',
    );
  }

  /** One broadcast to all, with the service's memory and Redis's sampled each second. */
  async function broadcast(appid: string, redis: Redis) {
    const { items } = await call<{ items: { templateId: string; title: string }[] }>(
      'GET',
      `/v1/accounts/${appid}/templates`,
    );
    const templateId = items.find(({ title }) => title === '活动报名成功通知')?.templateId;
    const startedAt = Date.now();
    const { id } = await call<{ id: string }>('POST', '/v1/broadcasts', {
      appid,
      templateId,
      fields: { thing1: `第 ${++runs} 场公开课`, time2: '2026-11-28 19:30', thing3: '三号楼' },
      audience: { kind: 'all' },
    });
    const rss: number[] = [];
    let mostRedis = 0;
    for (;;) {
      rss.push(rssOf(service.pid as number));
      mostRedis = Math.max(mostRedis, await usedMemory(redis));
      const { state, receiptsOpen, counts } = await call<{
        state: string;
        receiptsOpen: number;
        counts: Record<string, number>;
      }>('GET', `/v1/broadcasts/${id}`);
      if (state === 'finished' && receiptsOpen === 0) {
        const seconds = Math.round((Date.now() - startedAt) / 1_000);
        return { rss: percentile(rss, 0.95), redis: mostRedis, counts, seconds };
      }
      await sleep(1_000);
    }
  }
});

const rssOf = (pid: number): number => {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
};

const usedMemory = async (redis: Redis): Promise<number> =>
  Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);

const percentile = (values: number[], p: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * p) - 1] ?? 0;

const mib = (bytes: number): string => (bytes / MIB).toFixed(1);

async function until(outcome: () => Promise<boolean>): Promise<void> {
  while (!(await outcome())) await sleep(100);
}

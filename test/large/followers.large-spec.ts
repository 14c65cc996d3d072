import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Simulator } from '../../src/simulator/simulator.js';
import { freePorts } from '../support/stores/free-ports.js';
import { createTestDatabase, type TestDatabase } from '../support/stores/database.js';

const MIB = 1024 * 1024;

/**
 * Node frees memory only when it must. With a heap of this size it must, and what is then left is what a sync needs:
 * 1,000,000 openids alone would not fit.
 */
const HEAP_MIB = 96;
const FEW = { appid: 'wxaaaaaaaaaaaaaaaa', secret: 'a'.repeat(32) };
const MANY = { appid: 'wxbbbbbbbbbbbbbbbb', secret: 'b'.repeat(32) };

interface Sizes {
  readonly database: number;
  readonly follower: number;
}

interface Sync extends Sizes {
  readonly seconds: number;
  readonly peakRss: number;
}

/** The service as people run it, in a process of its own, so that its memory is its own. */
describe('a sync of 1,000,000 followers', () => {
  const key = randomBytes(24).toString('hex');
  let service: ChildProcess;
  let simulator: Simulator;
  let database: TestDatabase;
  let client: pg.Client;
  let url: string;
  let few: Sync;

  beforeAll(async () => {
    simulator = await Simulator.start({
      ...FEW,
      followers: 100_000,
      accounts: [{ ...MANY, followers: 1_000_000 }],
    });
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const [port = 0] = await freePorts(1);
    url = `http://127.0.0.1:${port}`;
    service = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, 'dist/main.js'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        PORT: String(port),
        DATABASE_URL: database.url,
        WECHAT_API_BASE: simulator.url,
        WEICAST_ADMIN_KEY: key,
        WEICAST_MASTER_KEY: randomBytes(32).toString('base64'),
        LOG_LEVEL: 'warn',
      },
    });
    await until(() =>
      fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    for (const { appid, secret } of [FEW, MANY]) {
      const account = { appid, secret, kind: 'service', name: appid };
      await call('POST', '/v1/accounts', {
        ...account,
        callbackMode: 'plain',
        callbackToken: 'x123',
      });
    }
    few = await sync(FEW.appid);
  }, 120_000);

  afterAll(async () => {
    service.kill('SIGTERM');
    await new Promise((resolve) => service.once('exit', resolve));
    await client.end();
    await simulator.close();
    await database.drop();
  });

  it('a sync of 1,000,000 followers needs no more memory than one of 100,000', async () => {
    const first = await sync(MANY.appid);
    expect(await subscribed()).toBe(1_000_000);
    expect(first.peakRss).toBeLessThan(few.peakRss * 1.15);
  });

  it('a sync of 1,000,000 followers leaves the table alone when nothing has changed', async () => {
    const before = await sizes();
    const second = await sync(MANY.appid);
    expect(second.follower).toBe(before.follower);
    expect(second.peakRss).toBeLessThan(few.peakRss * 1.15);
  });

  it('a sync of 1,000,000 followers unsubscribes 100,000 who have left', async () => {
    simulator.moveFollowers({ unsubscribe: 100_000 }, MANY.appid);
    await sync(MANY.appid);
    expect(await subscribed()).toBe(900_000);
  });

  it('a sync of 1,000,000 followers lets the next page of its audience be read at once', async () => {
    const { next } = await call<{ next: string }>('GET', followers('?limit=200'));
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain select openid from follower where account_id = 2 and subscribed and openid > '${next}'
       order by openid limit 5000`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('Index Only Scan using follower_pkey');
    expect(plan).not.toContain('Sort');
  });

  const followers = (rest: string) => `/v1/accounts/${MANY.appid}/followers${rest}`;

  /** One sync, with the service's memory sampled all the while. */
  async function sync(appid: string): Promise<Sync> {
    const before = await sizes();
    const startedAt = performance.now();
    await call('POST', `/v1/accounts/${appid}/followers/sync`);
    let peakRss = 0;
    await until(async () => {
      peakRss = Math.max(peakRss, rssOf(service.pid as number));
      const { state } = await call<{ state: string }>(
        'GET',
        `/v1/accounts/${appid}/followers/sync`,
      );
      if (state === 'failed') throw new Error('the sync failed');
      return state === 'done';
    });
    const seconds = (performance.now() - startedAt) / 1000;
    const after = await sizes();
    console.log(
      `${appid}: ${seconds.toFixed(1)} s, RSS at most ${mib(peakRss)} MiB, ` +
        `database +${mib(after.database - before.database)} MiB, follower ${mib(after.follower)} MiB`,
    );
    return { seconds, peakRss, ...after };
  }

  async function sizes(): Promise<Sizes> {
    const { rows } = await client.query<Record<keyof Sizes, string>>(`
      select pg_database_size(current_database()) as database,
             pg_total_relation_size('follower') as follower`);
    return { database: Number(rows[0]?.database), follower: Number(rows[0]?.follower) };
  }

  async function subscribed(): Promise<number> {
    const { rows } = await client.query<{ n: number }>(`
      select count(*)::int as n from follower join account on account.id = account_id
      where subscribed and appid = '${MANY.appid}'`);
    return rows[0]?.n ?? -1;
  }

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = (await answer.json()) as T;
    if (!answer.ok) throw new Error(JSON.stringify(json));
    return json;
  }
});

const mib = (bytes: number): string => (bytes / MIB).toFixed(0);

/** Resident memory, as the kernel counts it. */
function rssOf(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}

async function until(outcome: () => Promise<boolean>): Promise<void> {
  while (!(await outcome())) await sleep(100);
}

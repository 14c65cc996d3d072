import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { AccountsApiModule } from '../support/worlds/api-modules.js';
import { ensurePace } from '../../src/pacing/pace-row.js';
import { BroadcastApiWorld, type TestAccount } from '../support/worlds/broadcast-api-world.js';
import { freePorts } from '../support/stores/free-ports.js';
import { describeWithRedis, uniquePrefix } from '../support/stores/redis.js';
import { until } from '../support/stores/redis-process.js';
import { type RunningService, startService } from '../support/worlds/service-process.js';
import { SilentProxy } from '../support/stores/silent-proxy.js';

interface Ready {
  readonly status: number;
  readonly checks: Readonly<Record<string, string>>;
}

const ADMIN_KEY = randomBytes(32).toString('hex');
const MASTER_KEY = randomBytes(32);

describeWithRedis('a worker that waits for a store which fell silent', (redisUrl) => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  let proxies: SilentProxy[];
  let service: RunningService;
  let url: string;

  beforeEach(async () => {
    world = await BroadcastApiWorld.open({ adminKey: ADMIN_KEY, masterKeys: [MASTER_KEY] }, [
      AccountsApiModule,
    ]);
    account = await accountThatCanSend();
  });
  afterEach(async () => {
    service.child.kill('SIGKILL');
    await service.ended;
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await world.close();
  });

  /** With a secret that the worker can open. */
  const accountThatCanSend = async (): Promise<TestAccount> => {
    const appid = `wx${randomBytes(8).toString('hex')}`;
    await world.post('/v1/accounts', {
      appid,
      kind: 'service',
      name: 'test',
      secret: 'a-secret',
      callbackToken: 'callbacktoken1',
      callbackMode: 'plain',
    });
    const { rows } = await sql<{ id: number }>`select id from account`.execute(world.db);
    await ensurePace(world.db, rows[0]!.id);
    return { id: rows[0]!.id, appid };
  };
  const inFrontOf = async (store: string): Promise<[SilentProxy, string]> => {
    const proxy = await SilentProxy.open(() => Number(new URL(store).port));
    return [proxy, proxy.inFrontOf(store)];
  };
  const start = async (): Promise<void> => {
    const [port] = await freePorts(1);
    const [database, databaseUrl] = await inFrontOf(world.api.databaseUrl);
    const [redis, redisUrlOfIt] = await inFrontOf(redisUrl);
    proxies = [database, redis];
    url = `http://127.0.0.1:${port}`;
    service = startService({
      ROLES: 'worker',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrlOfIt,
      QUEUE_PREFIX: uniquePrefix(),
      WEICAST_ADMIN_KEY: ADMIN_KEY,
      WEICAST_MASTER_KEY: MASTER_KEY.toString('base64'),
      WECHAT_API_BASE: 'http://127.0.0.1:9',
    });
    await until('it to be ready', async () => (await ready())?.status === 200, 120_000);
  };
  const ready = async (): Promise<Ready | undefined> => {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer === undefined) return undefined;
    const { checks } = (await answer.json()) as Pick<Ready, 'checks'>;
    return { status: answer.status, checks };
  };
  const metric = async (name: string): Promise<number> => {
    const answer = await fetch(`${url}/metrics`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    const line = (await answer.text()).split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.split(' ')[1]);
  };
  const standsStill = (turn: string) =>
    until(
      `${turn} to stand still`,
      async () => (await ready())?.checks[turn] === 'stands_still',
      120_000,
    );
  const isWell = () => until('it to be well', async () => (await ready())?.status === 200, 120_000);
  const lines = (words: string) =>
    service.said.stdout.split('\n').flatMap((line) => {
      if (!line.includes(words)) return [];
      const { level, msg } = JSON.parse(line) as { level: number; msg: string };
      return [{ level, msg }];
    });
  /** Swept some seconds after it was made: it is known by then that there is something to do. */
  const isSeen = () =>
    until('it to be swept', async () => {
      const { rows } = await sql`
        select from broadcast_cursor c join broadcast b on b.id = c.broadcast_id
        where c.swept_at > b.started_at + interval '3 seconds'`.execute(world.db);
      return rows.length > 0;
    });
  /** To be done, and not now: nothing is sent to anybody. */
  const laterDue = async () => {
    const id = await world.broadcast(account, { oLater: { state: 'pending' } });
    await sql`update delivery set not_before = clock_now() + interval '1 day'
      where broadcast_id = ${id}`.execute(world.db);
  };

  it('a worker that waits for a store which fell silent says so in readiness, in the metrics and in one line: PostgreSQL', async () => {
    await start();
    await laterDue();
    expect((await ready())?.checks).toEqual({
      database: 'ok',
      queue: 'ok',
      release: 'ok',
      sweep: 'ok',
    });
    await isSeen();
    proxies[0]?.silence();

    await standsStill('release');
    expect(await ready()).toMatchObject({ status: 503, checks: { database: 'away', queue: 'ok' } });
    expect(await metric('weicast_turn_age_seconds{turn="release"}')).toBeGreaterThan(30);
    expect(await metric('weicast_database_unheard_seconds')).toBeGreaterThan(20);
    expect(await metric('weicast_database_unanswered_seconds')).toBeGreaterThan(0);
    await standsStill('sweep');

    proxies[0]?.speak();
    await isWell();
    await until('a line', () => Promise.resolve(lines('turns again').length > 0));
    expect(lines('stands still')).toEqual([
      { level: 50, msg: expect.stringMatching(/no release turn for 3\d s.*PostgreSQL has said/) },
    ]);
    expect(lines('turns again')).toEqual([{ level: 40, msg: expect.any(String) as string }]);
    expect(await metric('weicast_database_unheard_seconds')).toBeLessThan(20);
  });

  it('a worker that waits for a store which fell silent says so in readiness, in the metrics and in one line: Redis, once there is work', async () => {
    await start();
    proxies[1]?.silence();
    await until('silence', async () => (await ready())?.checks['queue'] === 'away');
    await world.broadcast(account, { oNow: { state: 'pending' } });

    await standsStill('release');
    expect(await ready()).toMatchObject({ status: 503, checks: { database: 'ok', queue: 'away' } });
    expect(await metric('weicast_turn_age_seconds{turn="release"}')).toBeGreaterThan(30);

    proxies[1]?.speak();
    await isWell();
    await until('a line', () => Promise.resolve(lines('turns again').length > 0));
    expect(lines('stands still')).toEqual([
      { level: 50, msg: expect.stringMatching(/no release turn.*the queue is away/) },
    ]);
  });

  it('a worker whose stores are both silent says so in one line, and ends in time when it is told to', async () => {
    await start();
    await laterDue();
    await isSeen();
    for (const proxy of proxies) proxy.silence();
    await standsStill('release');
    expect(await ready()).toMatchObject({
      status: 503,
      checks: { database: 'away', queue: 'away' },
    });
    expect(lines('stands still')).toHaveLength(1);
    service.child.kill('SIGTERM');
    const { stderr } = await service.ended;
    expect(stderr).not.toContain('twenty seconds');
  });
});

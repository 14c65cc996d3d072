import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { AccountsApiModule } from '../../support/worlds/api-modules.js';
import { HealthApiModule } from '../../../src/health/health.api.module.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';
import { until } from '../../support/stores/redis-process.js';
import { BroadcastApiWorld, type TestAccount } from '../../support/worlds/broadcast-api-world.js';

interface Told {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

/** Every process of an installation has it. */
const masterKeys = [randomBytes(32)];

describe('what keeps a broadcast from being heard of', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  beforeAll(async () => {
    world = await BroadcastApiWorld.open({ masterKeys }, [AccountsApiModule]);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
    await world.inSafeMode(account);
    await sql`delete from worker_process`.execute(world.db);
    await sql`delete from role_seen`.execute(world.db);
  });

  const startedAgo = async (minutes: number): Promise<string> => {
    const id = await world.broadcast(account, { oA: { state: 'accepted' } });
    await sql`update broadcast set started_at = clock_now() - make_interval(mins => ${minutes})
      where id = ${id}`.execute(world.db);
    return id;
  };
  const callback = (column: 'push_at' | 'handshake_at', minutes: number) =>
    sql`insert into account_callback (account_id, ${sql.ref(column)})
      values (${account.id}, clock_now() - make_interval(mins => ${minutes}))
      on conflict (account_id) do update set ${sql.ref(column)} = excluded.${sql.ref(column)}`.execute(
      world.db,
    );
  const worker = () =>
    sql`insert into worker_process (id, slots, seen_at) values ('w', 1, clock_now())`.execute(
      world.db,
    );
  const role = (name: 'api' | 'callback', secondsAgo = 0) =>
    sql`insert into role_seen (role, seen_at)
      values (${name}, clock_now() - make_interval(secs => ${secondsAgo}))
      on conflict (role) do update set seen_at = excluded.seen_at`.execute(world.db);
  const everybody = async () => {
    await worker();
    await role('api');
    await role('callback');
  };
  const warningsOf = async (id: string): Promise<Told[]> =>
    ((await world.get(`/v1/broadcasts/${id}`)).json as { warnings: Told[] }).warnings;
  const codesOf = async (id: string) => (await warningsOf(id)).map(({ code }) => code);
  const faultOf = async (): Promise<string | undefined> => {
    const { json } = await world.get(`/v1/accounts/${account.appid}`);
    return (json as { health: { callback: { fault: Told | null } } }).health.callback.fault?.code;
  };

  it('what keeps a broadcast from being heard of is that no push has come: said of the broadcast in both languages, with what to check', async () => {
    await everybody();
    const id = await startedAgo(11);
    const [told] = await warningsOf(id);
    expect(told).toMatchObject({
      code: 'callback_silent',
      zh: expect.stringMatching(/没有收到.*URL.*令牌.*从未验证/) as string,
      en: expect.stringMatching(/No push has come since .*URL.*Token.*mode.*never/) as string,
    });
    await callback('handshake_at', 60);
    expect((await warningsOf(id))[0]?.en).toMatch(/WeChat checked the address/);
    await callback('push_at', 20);
    expect(await codesOf(id)).toEqual(['callback_silent']);
    expect(await faultOf()).toBe('callback_silent');
    await callback('push_at', 5);
    expect(await codesOf(id)).toEqual([]);
    expect(await faultOf()).toBeUndefined();
  });

  it('what keeps a broadcast from being heard of is that pushes are refused: then that is said', async () => {
    await everybody();
    const id = await startedAgo(11);
    await sql`insert into account_callback (account_id, refused_at, refused_why)
      values (${account.id}, clock_now(), 'token')`.execute(world.db);
    expect(await codesOf(id)).toEqual(['callback_token']);
  });

  it('what keeps a broadcast from being heard of is nothing while it has only just started, or nobody was sent to', async () => {
    await everybody();
    expect(await codesOf(await startedAgo(1))).toEqual([]);
    const unsent = await world.broadcast(account, { oA: { state: 'pending' } });
    await sql`update broadcast set started_at = clock_now() - interval '1 hour'
      where id = ${unsent}`.execute(world.db);
    expect(await codesOf(unsent)).toEqual([]);
  });

  it('what keeps a broadcast from being heard of is that no worker lives: said of the broadcast that runs', async () => {
    const id = await world.broadcast(account, { oA: { state: 'pending' } });
    await sql`update broadcast set started_at = clock_now() - interval '1 minute'
      where id = ${id}`.execute(world.db);
    await role('callback');
    const [told] = await warningsOf(id);
    expect(told).toMatchObject({
      code: 'no_worker',
      zh: expect.stringContaining('worker') as string,
      en: expect.stringContaining('worker') as string,
    });
    await worker();
    expect(await codesOf(id)).toEqual([]);
  });

  it('what keeps a broadcast from being heard of is that no callback process lives: said of the broadcast that runs, or awaits receipts', async () => {
    await worker();
    const id = await startedAgo(1);
    expect((await warningsOf(id))[0]).toMatchObject({
      code: 'no_callback',
      path: 'receiptsOpen',
      zh: expect.stringContaining('callback') as string,
      en: expect.stringContaining('callback') as string,
    });
    // It explains why no push has come, which is not said beside it.
    expect(await codesOf(await startedAgo(11))).toEqual(['no_callback']);
    await role('callback', 20);
    expect(await codesOf(id)).toEqual(['no_callback']);
    await role('callback');
    expect(await codesOf(id)).toEqual([]);
    await role('callback', 20);
    await sql`update broadcast set state = 'finished', closed_at = clock_now(),
      receipts_closed_at = clock_now() where id = ${id}`.execute(world.db);
    expect(await codesOf(id)).toEqual([]);
  });

  it('what keeps a broadcast from being heard of is told in lists and in the answer to a verb with the same words', async () => {
    const id = await startedAgo(11);
    const shown = await warningsOf(id);
    expect(shown.map(({ code }) => code)).toEqual(['no_worker', 'no_callback']);
    const listed = await world.get(`/v1/broadcasts?appid=${account.appid}&expand=warnings`);
    expect(listed.json).toMatchObject({ items: [{ id, warnings: shown }] });
    expect((await world.post(`/v1/broadcasts/${id}/pause`)).json).toMatchObject({
      state: 'paused',
      warnings: shown,
    });
    expect((await world.post(`/v1/broadcasts/${id}/resume`)).json).toMatchObject({
      state: 'running',
      warnings: shown,
    });
  });

  it('what keeps a broadcast from being heard of is told by readiness too, which stays ready', async () => {
    const api = await startApi([HealthApiModule], {
      databaseUrl: world.api.databaseUrl,
      masterKeys,
      roles: 'api,callback',
    });
    try {
      const ready = async () => (await api.call('GET', '/health/ready', undefined, {})).json;
      expect(await ready()).toMatchObject({ status: 'ready', missing: ['worker'] });
      await worker();
      expect(await ready()).not.toHaveProperty('missing');
      await sql`update worker_process set seen_at = clock_now() - interval '16 seconds'`.execute(
        world.db,
      );
      expect(await ready()).toMatchObject({ status: 'ready', missing: ['worker'] });
    } finally {
      await api.close();
    }
  });

  it('what keeps a broadcast from being heard of names the role callback in the readiness of all others, until such a process is there', async () => {
    const start = (roles: string) =>
      startApi([HealthApiModule], { databaseUrl: world.api.databaseUrl, masterKeys, roles });
    const missingOf = async (api: ApiApp) =>
      ((await api.call('GET', '/health/ready', undefined, {})).json as { missing?: string[] })
        .missing ?? [];
    await worker();
    const api = await start('api');
    try {
      expect(await missingOf(api)).toEqual(['callback']);
      const callback = await start('callback');
      try {
        await until('it to be seen', async () => (await missingOf(api)).length === 0);
        // It asks for the queue alone, and learns of the others all the same.
        await sql`delete from worker_process`.execute(world.db);
        await until('the worker to be missed', async () =>
          isDeepStrictEqual(await missingOf(callback), ['worker']),
        );
      } finally {
        await callback.close();
      }
    } finally {
      await api.close();
    }
  });
});

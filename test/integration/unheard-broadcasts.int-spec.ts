import { sql } from 'kysely';
import { RolesConfig } from '../../src/config/config.js';
import { AccountsApiModule } from '../support/api-modules.js';
import { HealthApiModule } from '../../src/health/health.api.module.js';
import { startApi } from '../support/api-app.js';
import { BroadcastApiWorld, type TestAccount } from '../support/broadcast-api-world.js';

interface Told {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

describe('what keeps a broadcast from being heard of', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  beforeAll(async () => {
    world = await BroadcastApiWorld.open({}, [AccountsApiModule]);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
    await world.inSafeMode(account);
    await sql`delete from worker_process`.execute(world.db);
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
  const warningsOf = async (id: string): Promise<Told[]> =>
    ((await world.get(`/v1/broadcasts/${id}`)).json as { warnings: Told[] }).warnings;
  const codesOf = async (id: string) => (await warningsOf(id)).map(({ code }) => code);
  const faultOf = async (): Promise<string | undefined> => {
    const { json } = await world.get(`/v1/accounts/${account.appid}`);
    return (json as { health: { callback: { fault: Told | null } } }).health.callback.fault?.code;
  };

  it('is that no push has come: said of the broadcast in both languages, with what to check', async () => {
    await worker();
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

  it('is that pushes are refused: then that is said', async () => {
    await worker();
    const id = await startedAgo(11);
    await sql`insert into account_callback (account_id, refused_at, refused_why)
      values (${account.id}, clock_now(), 'token')`.execute(world.db);
    expect(await codesOf(id)).toEqual(['callback_token']);
  });

  it('is nothing while it has only just started, or nobody was sent to', async () => {
    await worker();
    expect(await codesOf(await startedAgo(1))).toEqual([]);
    const unsent = await world.broadcast(account, { oA: { state: 'pending' } });
    await sql`update broadcast set started_at = clock_now() - interval '1 hour'
      where id = ${unsent}`.execute(world.db);
    expect(await codesOf(unsent)).toEqual([]);
  });

  it('is that no worker lives: said of the broadcast that runs', async () => {
    const id = await world.broadcast(account, { oA: { state: 'pending' } });
    await sql`update broadcast set started_at = clock_now() - interval '1 minute'
      where id = ${id}`.execute(world.db);
    const [told] = await warningsOf(id);
    expect(told).toMatchObject({
      code: 'no_worker',
      zh: expect.stringContaining('worker') as string,
      en: expect.stringContaining('worker') as string,
    });
    await worker();
    expect(await codesOf(id)).toEqual([]);
  });

  it('is told by readiness too, which stays ready', async () => {
    const api = await startApi([HealthApiModule], {
      databaseUrl: world.api.databaseUrl,
      roles: new RolesConfig(true, true, false),
    });
    try {
      const ready = async () => (await api.call('GET', '/health/ready', undefined, {})).json;
      expect(await ready()).toMatchObject({ status: 'ready', missing: ['worker'] });
      await worker();
      expect(await ready()).not.toHaveProperty('missing');
    } finally {
      await api.close();
    }
  });
});

import { sql } from 'kysely';
import { Finishing } from '../../../src/broadcast/engine/lifecycle/finish.js';
import { Holds } from '../../../src/broadcast/engine/holds/holds.js';
import { ensurePace } from '../../../src/pacing/pace-row.js';
import { BroadcastApiWorld, type TestAccount } from '../../support/worlds/broadcast-api-world.js';

interface Shown {
  readonly state: string;
  readonly reason?: string;
  readonly until?: string;
  readonly by?: { readonly name: string };
}

describe('how a broadcast is shown', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  let holds: Holds;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
    holds = world.api.app.get(Holds, { strict: false });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
    await ensurePace(world.db, account.id);
  });

  const view = async (id: string) =>
    (await world.get(`/v1/broadcasts/${id}`)).json as { state: string; shown: Shown };
  const set = (id: string, columns: string) =>
    sql`update broadcast set ${sql.raw(columns)} where id = ${id}`.execute(world.db);
  const by = expect.objectContaining({ kind: 'key', name: 'bootstrap' }) as { name: string };
  const inAnHour = new Date(Date.now() + 3_600_000);
  const cancel = (id: string) => world.post(`/v1/broadcasts/${id}/cancel`);
  /** Closes it as the engine does, once its last message has gone. */
  const finish = (id: string) => new Finishing(world.db).finish(id);

  /** By name: how a broadcast comes to be shown so, and how it is then. */
  const ways: Record<string, (id: string) => Promise<[Shown, state: string]>> = {
    'a draft': async (id) => {
      await set(id, `state = 'draft', started_at = null`);
      return [{ state: 'draft' }, 'draft'];
    },
    'a scheduled one, with its time': async (id) => {
      await set(
        id,
        `state = 'scheduled', started_at = null, start_at = '${inAnHour.toISOString()}'`,
      );
      return [{ state: 'scheduled', until: inAnHour.toISOString() }, 'scheduled'];
    },
    'a start that can be taken back, and until when': async (id) => {
      await set(
        id,
        `state = 'scheduled', started_at = null, start_at = '${inAnHour.toISOString()}'`,
      );
      await set(id, 'undo_until = start_at');
      return [{ state: 'undo', until: inAnHour.toISOString() }, 'scheduled'];
    },
    'a running one': () => Promise.resolve([{ state: 'running' }, 'running']),
    'one that waits for the quota, and until when': async (id) => {
      await holds.hold(id, { reason: 'quota', until: inAnHour });
      return [{ state: 'waiting', reason: 'quota', until: inAnHour.toISOString() }, 'running'];
    },
    'one that waits for its hours': async (id) => {
      await holds.hold(id, { reason: 'hours', until: inAnHour });
      return [{ state: 'waiting', reason: 'hours', until: inAnHour.toISOString() }, 'running'];
    },
    'a canary that is awaited: not paused, though scripts read so': async (id) => {
      await holds.hold(id, { reason: 'canary', code: 'canary_waiting' });
      return [
        { state: 'waiting', reason: 'canary', until: expect.any(String) as string },
        'paused',
      ];
    },
    'a canary that failed': async (id) => {
      await holds.hold(id, { reason: 'canary', code: 'canary_failed' });
      return [{ state: 'paused', reason: 'canary' }, 'paused'];
    },
    'one whose account a person has stopped': async () => {
      await sql`update account set held_at = clock_now() where id = ${account.id}`.execute(
        world.db,
      );
      return [{ state: 'waiting', reason: 'account' }, 'running'];
    },
    'one for which WeChat wants a rest': async () => {
      await sql`update pace set paused_until = ${inAnHour} where account_id = ${account.id}`.execute(
        world.db,
      );
      return [{ state: 'waiting', reason: 'wechat', until: inAnHour.toISOString() }, 'running'];
    },
    'a paused one, whatever else it waits for': async (id) => {
      await holds.hold(id, { reason: 'quota', until: inAnHour });
      await holds.hold(id, { reason: 'problem', errcode: 43116, code: 'wechat_refused' });
      return [{ state: 'paused', reason: 'problem' }, 'paused'];
    },
    'one that missed its time': async (id) => {
      await holds.hold(id, { reason: 'stale' });
      return [{ state: 'stale' }, 'paused'];
    },
    'one that has sent all and awaits receipts, and until when': async (id) => {
      await world.count(id, 'settle', { pending: -1, accepted: 1 });
      await finish(id);
      return [{ state: 'awaiting_receipts', until: expect.any(String) as string }, 'finished'];
    },
    'a finished one': async (id) => {
      await world.count(id, 'settle', { pending: -1, delivered: 1 });
      await finish(id);
      return [{ state: 'finished' }, 'finished'];
    },
    'a cancelled one of which something went out': async (id) => {
      await world.count(id, 'settle', { pending: -1, refused: 1 });
      await cancel(id);
      return [{ state: 'stopped', by }, 'cancelled'];
    },
    'a cancelled one of which something went out, once it is closed': async (id) => {
      await world.count(id, 'settle', { pending: -1, delivered: 1 });
      await cancel(id);
      await finish(id);
      return [{ state: 'stopped', by }, 'cancelled'];
    },
    'a cancelled one of which nothing went out': async (id) => {
      await cancel(id);
      return [{ state: 'cancelled', by }, 'cancelled'];
    },
    'a cancelled one of which nothing went out, once it is closed': async (id) => {
      await cancel(id);
      await world.count(id, 'sweep', { pending: -1, skipped: 1 });
      await finish(id);
      return [{ state: 'cancelled', by }, 'cancelled'];
    },
  };

  it.each(Object.keys(ways))(
    'how a broadcast is shown is the same on its page, in lists, behind filters and in their counts: %s',
    async (way) => {
      const id = await world.broadcast(account);
      await world.count(id, 'expand', { pending: 1 });
      const [shown, state] = await ways[way]!(id);
      expect(await view(id)).toMatchObject({ state, shown });
      expect((await view(id)).shown).toEqual(shown);
      const ofAccount = `appid=${account.appid}`;
      for (const filter of [
        '',
        `&shown=${shown.state}`,
        `&state=${state}`,
        `&sort=start&shown=${shown.state}`,
      ]) {
        if (filter.includes('sort=start') && shown.state === 'draft') continue;
        const { json } = await world.get(`/v1/broadcasts?${ofAccount}${filter}`);
        expect([filter, json]).toEqual([
          filter,
          { items: [expect.objectContaining({ id, shown })], next: null },
        ]);
      }
      const { json } = await world.get(`/v1/broadcasts/counts?${ofAccount}`);
      const counts = (json as { counts: { shown: string; count: number; more: boolean }[] }).counts;
      expect(counts.filter(({ count }) => count > 0)).toEqual([
        { shown: shown.state, count: 1, more: false },
      ]);
      const others = counts.map((each) => each.shown).filter((each) => each !== shown.state);
      for (const other of others) {
        const listed = await world.get(`/v1/broadcasts?${ofAccount}&shown=${other}`);
        expect([other, listed.json]).toEqual([other, { items: [], next: null }]);
      }
    },
  );
});

describe('a list of broadcasts', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  const ids: string[] = [];

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
    account = await world.account();
    for (let n = 0; n < 7; n++)
      ids.push(await world.broadcast(account, { oA: { state: 'accepted', msgid: `${n}` } }));
  });
  afterAll(() => world.close());

  const idsOf = async (query: string) =>
    (await world.all(`/v1/broadcasts?${query}`)).items.map(({ id }) => id);

  it('a list of broadcasts names account, template and maker in each row, and has the heavy parts only where they are asked for', async () => {
    const { json } = await world.get('/v1/broadcasts?limit=1');
    const [row] = (json as { items: Record<string, unknown>[] }).items;
    expect(row).toMatchObject({
      account: { name: 'test', shortName: null, color: 1, kind: 'service', sandbox: false },
      template: { title: '上课提醒' },
      createdBy: null,
      total: 1,
    });
    for (const heavy of ['fields', 'errors', 'holds', 'quota', 'warnings', 'audience'])
      expect(row).not.toHaveProperty(heavy);
    const expanded = await world.get(
      '/v1/broadcasts?limit=1&expand=message,settings,holds,errors,quota,warnings',
    );
    const [whole] = (expanded.json as { items: Record<string, unknown>[] }).items;
    expect(whole).toMatchObject({
      fields: { thing1: '你好' },
      audience: { kind: 'all' },
      errors: [],
    });
    expect(whole).toHaveProperty('warnings');
    expect((await world.get('/v1/broadcasts?expand=everything')).status).toBe(400);
  });

  it('a list of broadcasts says who made and who cancelled each, by the key that came with the request', async () => {
    const { appid } = await world.account();
    const made = await world.post('/v1/broadcasts', {
      appid,
      templateId: 'tm-course',
      fields: { thing1: '你好', time2: '2026年11月28日 19:30' },
      audience: { kind: 'openids', openids: ['oA'] },
      draft: true,
    });
    const { id } = made.json as { id: string };
    const by = { kind: 'key', id: expect.any(Number) as number, name: 'bootstrap' };
    expect(made.json).toMatchObject({ createdBy: by });
    await world.post(`/v1/broadcasts/${id}/cancel`);
    const { json } = await world.get(`/v1/broadcasts?appid=${appid}`);
    expect(json).toMatchObject({ items: [{ createdBy: by, shown: { state: 'cancelled', by } }] });
  });

  it('a list of broadcasts is found by a part of the name, whatever the case, and by nothing that only a pattern would match', async () => {
    await sql`update broadcast set name = '50% OFF_线上课' where id = ${ids[2]!}`.execute(world.db);
    expect(await idsOf(`name=${encodeURIComponent('0% off_线')}`)).toEqual([ids[2]]);
    expect(await idsOf(`name=${encodeURIComponent('0%线')}`)).toEqual([]);
  });

  it('a list of broadcasts is found by its template, its maker and the time when it was made', async () => {
    await sql`update broadcast set created_by = '{"kind": "operator", "id": 12, "name": "王芳"}'
      where id = ${ids[4]!}`.execute(world.db);
    expect(await idsOf('createdBy=operator:12')).toEqual([ids[4]]);
    expect(await idsOf('createdBy=key:12')).toEqual([]);
    expect(await idsOf(`templateId=tm-course&limit=3&appid=${account.appid}`)).toEqual(
      ids.toReversed(),
    );
    expect(await idsOf('templateId=tm-none')).toEqual([]);
    const at = (n: number) =>
      new Date(parseInt(ids[n]!.replaceAll('-', '').slice(0, 12), 16)).toISOString();
    expect(await idsOf(`createdFrom=${at(3)}&createdTo=${at(5)}`)).toEqual([ids[4], ids[3]]);
    expect((await world.get('/v1/broadcasts?createdFrom=yesterday')).status).toBe(400);
  });

  it('a list of broadcasts goes by the latest start where it is asked to, page by page', async () => {
    for (const [n, id] of ids.entries())
      await sql`update broadcast set started_at = '2026-11-01'::timestamptz + make_interval(hours => ${n % 3}) where id = ${id}`.execute(
        world.db,
      );
    const { items, pages } = await world.all('/v1/broadcasts?sort=start&limit=2');
    const order = ids
      .map((id, n) => ({ id, hour: n % 3 }))
      .sort((a, b) => b.hour - a.hour || (a.id < b.id ? 1 : -1));
    expect(items.map(({ id }) => id)).toEqual(order.map(({ id }) => id));
    expect(pages).toBe(4);
    expect((await world.get('/v1/broadcasts?sort=start&after=nothing')).status).toBe(400);
  });

  it('a list of broadcasts leaves none out and shows none twice where a filter matches few among many', async () => {
    const many = await world.account();
    await sql`
      insert into broadcast (id, account_id, channel, template_id, message, audience, state, created_at, name)
      select ('01900000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, ${many.id}, 'template', 'tm-course', '{}', '{}',
        'draft', clock_now(), case when i % 1000 = 0 then 'rare' end
      from generate_series(1, 25000) i`.execute(world.db);
    const { items, pages } = await world.all(
      `/v1/broadcasts?appid=${many.appid}&name=rare&limit=10`,
    );
    expect(items).toHaveLength(25);
    expect(new Set(items.map(({ id }) => id)).size).toBe(25);
    expect(pages).toBeLessThan(8);
  });
});

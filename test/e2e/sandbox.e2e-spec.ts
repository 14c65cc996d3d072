import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ProductWorld } from '../support/worlds/product-world.js';

const ON = { SANDBOX: 'on' };

describe('a sandbox', () => {
  let world: ProductWorld;
  let appid: string;
  let path: string;

  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, {}, ON);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    const { json } = await world.expect(201, 'POST', '/v1/accounts/sandbox', {});
    appid = json.appid;
    path = `/v1/accounts/${appid}`;
  });
  afterEach(() => world.call('DELETE', path));

  const get = async (at: string) => (await world.expect(200, 'GET', at)).json;
  const send = async (change: Record<string, unknown> = {}) => {
    const body = {
      appid,
      templateId: await world.templateId('活动报名成功通知', appid),
      fields: { thing1: '秋季公开课', time2: '2026-11-28 19:30', thing3: '三号楼报告厅' },
      audience: { kind: 'all' },
      ...change,
    };
    return (await world.expect(202, 'POST', '/v1/broadcasts', body)).json.id as string;
  };
  const testers = async (): Promise<{ openid: string; name: string }[]> =>
    (await get(`${path}/testers`)).items;

  it('a sandbox is made in one call, with templates, followers, testers and a callback that works', async () => {
    expect(await get(path)).toMatchObject({
      sandbox: true,
      callbackUrl: null,
      health: { fault: null, callback: { fault: null } },
    });
    expect((await get(`${path}/templates`)).items.length).toBeGreaterThan(3);
    expect(await get(`${path}/followers/sync`)).toMatchObject({ state: 'done', seen: 520 });
    expect((await testers()).map(({ name }) => name)).toContain('王芳');
    expect(await testers()).toHaveLength(12);
  });

  it('a broadcast of a sandbox is sent, reported and seen on phones, shows who blocks it, lasts long enough to be stopped, and is in no figure', async () => {
    const [blocker, reader] = await testers();
    const people = `${path}/sandbox/people/${blocker?.openid}`;
    expect((await world.expect(200, 'POST', `${people}/block`)).json).toMatchObject({
      blocks: true,
    });
    const startedAt = performance.now();

    const shown = await world.finished(await send());

    expect(performance.now() - startedAt).toBeGreaterThan(15_000);
    const { delivered, blocked, failed, refused, unknown } = shown.counts;
    expect(delivered + blocked + failed + refused).toBe(520);
    expect(unknown).toBe(0);
    expect(blocked).toBeGreaterThan(1);
    expect(world.wechat.stats().sends.total).toBe(0);
    expect(await get(`${path}/sandbox/inbox?openid=${reader?.openid}`)).toMatchObject({
      person: { name: reader?.name, follows: true, blocks: false },
      items: [
        {
          title: '活动报名成功通知',
          rows: [
            { label: '活动名称', value: '秋季公开课' },
            { label: '活动时间', value: '2026-11-28 19:30' },
            { label: '活动地点', value: '三号楼报告厅' },
          ],
        },
      ],
    });
    expect((await get(`${path}/sandbox/inbox?openid=${blocker?.openid}`)).items).toEqual([]);
    const { text } = await world.call('GET', '/metrics');
    for (const name of ['sends', 'callbacks', 'inbox_pushes', 'token_refreshes'])
      expect(text).not.toMatch(new RegExp(`^weicast_${name}_total\\{.*\\} [1-9]`, 'm'));
  });

  it('a person in a sandbox leaves it and comes back, as its WeChat pushes', async () => {
    const [somebody] = await testers();
    const act = (verb: string) =>
      world.expect(200, 'POST', `${path}/sandbox/people/${somebody?.openid}/${verb}`);
    const follows = async (expected: boolean): Promise<boolean> =>
      (await get(`${path}/followers/${somebody?.openid}`)).subscribed === expected;
    await sleep(1_100); // WeChat's times are whole seconds, and the walk of the list was a moment ago

    await act('unfollow');
    await world.until(() => follows(false), 'the unfollow to be on record');
    await sleep(1_100);
    await act('follow');
    await world.until(() => follows(true), 'the follow to be on record');
  });

  it('a sandbox goes on after a restart in the middle, with the same people in the same mood', async () => {
    const before = await testers();
    await world.expect(200, 'POST', `${path}/sandbox/people/${before[0]?.openid}/block`);
    await world.expect(200, 'PATCH', `${path}/sandbox`, { mood: 'busy' });
    const id = await send();
    await world.until(async () => (await world.show(id)).counts.delivered > 0, 'a first receipt');
    await world.stop();
    await world.start(ON);

    expect(await get(`${path}/sandbox`)).toMatchObject({ mood: 'busy', followers: 520 });
    expect(await testers()).toEqual(before);
    expect(await get(`${path}/sandbox/inbox?openid=${before[0]?.openid}`)).toMatchObject({
      person: { blocks: true },
    });
    await world.expect(200, 'PATCH', `${path}/sandbox`, { mood: 'well' });
    await world.until(async () => (await world.show(id)).state === 'finished', 'it to finish');
    const { counts } = await world.show(id);
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(520);
    // Receipts that the former WeChat had not pushed yet are lost with it, and nothing is said to be delivered for that.
    expect(counts.delivered + counts.accepted).toBeGreaterThan(400);
  });

  it('a sandbox that is removed in the middle of a broadcast leaves nothing', async () => {
    const [spared] = await testers();
    await world.expect(201, 'POST', `${path}/suppressions`, { openid: spared?.openid });
    const id = await send();
    await world.until(async () => (await world.show(id)).counts.accepted > 0, 'a first acceptance');
    expect(await leftovers(world.databaseUrl, id)).toEqual(
      expect.arrayContaining(['delivery', 'broadcast_tally']),
    );

    await world.expect(204, 'DELETE', path);

    expect((await world.call('GET', path)).status).toBe(404);
    expect((await world.call('GET', `/v1/broadcasts/${id}`)).status).toBe(404);
    await world.expect(404, 'GET', `${path}/sandbox`);
    expect(await leftovers(world.databaseUrl, id)).toEqual([]);
  });

  it('a real account is no sandbox, and takes none of its calls', async () => {
    await world.ready();
    const real = `/v1/accounts/${world.appid}/sandbox`;

    for (const [method, at, body] of [
      ['GET', real, undefined],
      ['PATCH', real, { mood: 'busy' }],
      ['GET', `${real}/inbox?openid=${world.openid(0)}`, undefined],
      ['POST', `${real}/people/${world.openid(0)}/block`, undefined],
    ] as const)
      expect(await world.call(method, at, body)).toMatchObject({
        status: 404,
        json: { code: 'sandbox_not_found' },
      });
    await world.expect(204, 'DELETE', `/v1/accounts/${world.appid}`);
  });
});

/** The tables that have a row of the broadcast. */
async function leftovers(databaseUrl: string, id: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select c.table_name as name from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = 'public' and c.column_name = 'broadcast_id'
         and t.table_type = 'BASE TABLE' and c.table_name not like 'audit%'`,
    );
    const left: string[] = [];
    for (const { name } of rows) {
      const { rowCount } = await client.query(
        `select from "${name}" where broadcast_id = $1 limit 1`,
        [id],
      );
      if (rowCount !== 0) left.push(name);
    }
    return left;
  } finally {
    await client.end();
  }
}

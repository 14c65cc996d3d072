import { ProductWorld } from '../../support/worlds/product-world.js';
import { describeBothQueues } from '../../support/stores/redis.js';

describeBothQueues('the tags of an account, over HTTP', (queue) => {
  let world: ProductWorld;
  const path = (rest = '') => `/v1/accounts/${world.appid}/tags${rest}`;
  const synced = async () => {
    await world.expect(202, 'POST', path('/sync'));
    await world.until(async () => {
      const { json } = await world.expect(200, 'GET', path('/sync'));
      if (json.state === 'failed') throw new Error(JSON.stringify(json));
      return json.state === 'done';
    }, 'the sync of tags');
  };
  const named = async (name: string) =>
    (await world.expect(200, 'GET', path())).json.items.find(
      (tag: { name: string }) => tag.name === name,
    );

  beforeAll(async () => {
    world = await ProductWorld.open(queue, { followers: 25_000 });
    await world.ready();
  });
  afterAll(() => world.close());

  it('the tags of an account, over HTTP, are unknown before their first sync', async () => {
    expect((await world.expect(200, 'GET', path('/sync'))).json).toMatchObject({ state: 'idle' });
    expect((await world.expect(200, 'GET', path())).json).toEqual({ items: [], asOf: null });
  });

  it('the tags of an account, over HTTP, are read by a job, with everybody who has them', async () => {
    await synced();
    expect((await world.expect(200, 'GET', path('/sync'))).json).toMatchObject({
      state: 'done',
      listed: 2,
      read: 2,
      seen: 2_500 + 8_334,
      skipped: 0,
      error: null,
      waitingFor: null,
    });
    const { json } = await world.expect(200, 'GET', path());
    expect(json).toEqual({
      items: [
        { id: 100, name: 'VIP', count: 2_500, members: 2_500, asOf: expect.any(String) as string },
        { id: 101, name: '学员', count: 8_334, members: 8_334, asOf: expect.any(String) as string },
      ],
      asOf: expect.any(String) as string,
    });
  });

  it('the tags of an account, over HTTP, show who has them page by page, and with the follower', async () => {
    const openids: string[] = [];
    for (let after = ''; ;) {
      const { json } = await world.expect(200, 'GET', path(`/100/members?limit=200${after}`));
      openids.push(...json.items.map(({ openid }: { openid: string }) => openid));
      if (json.next === null) break;
      after = `&after=${json.next}`;
    }
    const vips = Array.from({ length: 2_500 }, (_, i) => world.openid(i * 10));
    expect(openids).toEqual(vips.toSorted());
    const tagsOf = async (openid: string) =>
      (await world.expect(200, 'GET', `/v1/accounts/${world.appid}/followers/${openid}`)).json.tags;
    expect(await tagsOf(world.openid(30))).toEqual([
      { id: 100, name: 'VIP' },
      { id: 101, name: '学员' },
    ]);
    expect(await tagsOf(world.openid(1))).toEqual([]);
  });

  it('the tags of an account, over HTTP, are made, renamed and deleted at WeChat', async () => {
    const made = await world.expect(201, 'POST', path(), { name: '双十一买家' });
    expect(made.json).toMatchObject({ name: '双十一买家', count: 0, members: 0 });
    const id = made.json.id as number;
    expect(await named('双十一买家')).toMatchObject({ id });
    const renamed = await world.expect(200, 'PATCH', path(`/${id}`), { name: '老买家' });
    expect(renamed.json).toMatchObject({ id, name: '老买家' });
    expect(world.wechat.account().tags.find(id)).toMatchObject({ name: '老买家' });
    await synced();
    expect(await named('老买家')).toMatchObject({ id, members: 0 });
    await world.expect(204, 'DELETE', path(`/${id}`));
    expect(world.wechat.account().tags.find(id)).toBeUndefined();
    await world.expect(404, 'GET', path(`/${id}`));
    await world.expect(404, 'DELETE', path(`/${id}`));
  });

  it('the tags of an account, over HTTP, say what WeChat refuses, and what to do', async () => {
    const refused = async (method: string, rest: string, body?: unknown) =>
      (await world.expect(422, method, path(rest), body)).json;
    expect(await refused('POST', '', { name: 'VIP' })).toMatchObject({
      code: 'wechat_refused',
      errcode: 45157,
      detail: expect.stringMatching(/重名.*another tag has it/su) as string,
    });
    await world.expect(200, 'GET', path('/100'));
    for (let i = world.wechat.account().tags.list().length; i < 100; i++)
      world.wechat.account().tags.create(`t${i}`);
    expect(await refused('POST', '', { name: 'one too many' })).toMatchObject({ errcode: 45056 });
    const faults: unknown[] = [
      {},
      { name: '' },
      { name: ' x' },
      { name: 'x'.repeat(31) },
      { name: 'a\0b' },
    ];
    for (const body of faults)
      expect((await world.expect(400, 'POST', path(), body)).json).toMatchObject({
        code: 'invalid_request',
      });
  });

  it('the tags of an account, over HTTP, are given to people and taken from them by a job, and each refusal is told', async () => {
    const stranger = `o${'z'.repeat(27)}`;
    const them = Array.from({ length: 60 }, (_, i) => world.openid(i * 10 + 1));
    const ended = async (verb: string, openids: string[]) => {
      const begun = await world.expect(202, 'POST', path(`/100/${verb}`), { openids });
      const at = `/v1/accounts/${world.appid}/taggings/${begun.json.id}`;
      await world.until(
        async () => (await world.expect(200, 'GET', at)).json.state !== 'running',
        'the list of people',
      );
      return { at, json: (await world.expect(200, 'GET', at)).json };
    };
    const { at, json } = await ended('tag', [...them, stranger]);
    expect(json).toMatchObject({ state: 'done', total: 61, done: 60, failed: 1, left: 0 });
    const failures = await world.expect(200, 'GET', `${at}/failures`);
    expect(failures.json).toEqual({
      items: [expect.objectContaining({ openid: stranger, errcode: 49003 }) as object],
      next: null,
    });
    const { tags, followers } = world.wechat.account();
    const has = (openid: string) => tags.hasTag(followers.find(openid)!, tags.find(100)!);
    expect(them.every(has)).toBe(true);
    expect(await named('VIP')).toMatchObject({ members: 2_560 });
    expect((await ended('untag', them)).json).toMatchObject({ state: 'done', done: 60 });
    expect(them.some(has)).toBe(false);
    expect(await named('VIP')).toMatchObject({ members: 2_500 });
  });

  it.each([
    ['no list', {}, 400],
    ['an empty list', { openids: [] }, 422],
    ['what is no openid', { openids: ['o1', 'o:2'] }, 400],
    ['more than 10,000', { openids: Array.from({ length: 10_001 }, (_, i) => `o${i}`) }, 413],
    ['a number', { openids: 7 }, 400],
  ])(
    'the tags of an account, over HTTP, are given to nobody by %s',
    async (_what, body, status) => {
      await world.expect(status, 'POST', path('/100/tag'), body);
      await world.expect(404, 'POST', path('/7/tag'), { openids: ['o1'] });
    },
  );

  it('lists of people to tag that are not there are not found, nor those of another account', async () => {
    const begun = await world.expect(202, 'POST', path('/100/untag'), {
      openids: [world.openid(1)],
    });
    const appid = 'wx00000000000000bb';
    world.wechat.putAccount({ appid });
    const { secret } = world.wechat.account(appid).settings;
    await world.expect(201, 'POST', '/v1/accounts', {
      appid,
      kind: 'service',
      name: 'another',
      secret,
      callbackMode: 'plain',
      callbackToken: 'callbacktoken2',
    });
    for (const at of [
      `/v1/accounts/${world.appid}/taggings/x`,
      `/v1/accounts/${appid}/taggings/${begun.json.id}`,
      `/v1/accounts/${appid}/taggings/${begun.json.id}/failures`,
    ])
      expect((await world.expect(404, 'GET', at)).json).toMatchObject({
        code: 'tagging_not_found',
      });
  });

  it('the blacklist of an account is read through from WeChat, a page a call', async () => {
    const blocked = Array.from({ length: 3 }, (_, i) => world.openid(i * 7));
    world.wechat.account().addToBlacklist(blocked);
    const read: string[] = [];
    for (let after = ''; ;) {
      const { json } = await world.expect(
        200,
        'GET',
        `/v1/accounts/${world.appid}/blacklist${after}`,
      );
      expect(json).toMatchObject({ total: 3, asOf: expect.any(String) as string });
      read.push(...json.items.map(({ openid }: { openid: string }) => openid));
      if (json.next === null) break;
      after = `?after=${json.next}`;
    }
    expect(read.toSorted()).toEqual(blocked.toSorted());
    world.fault({
      when: { path: '/cgi-bin/tags/members/getblacklist', times: 1 },
      fault: { kind: 'errcode', errcode: 48001 },
    });
    const refused = await world.expect(422, 'GET', `/v1/accounts/${world.appid}/blacklist`);
    expect(refused.json).toMatchObject({ code: 'wechat_refused', errcode: 48001 });
  });

  it('the tags of an account, over HTTP, that nobody knows are not found', async () => {
    for (const id of ['7', '99999999999', 'x', '-1', '1.5'])
      for (const [method, rest, body] of [
        ['GET', '', undefined],
        ['GET', '/members', undefined],
        ['PATCH', '', { name: 'x' }],
        ['DELETE', '', undefined],
      ] as const)
        expect((await world.expect(404, method, path(`/${id}${rest}`), body)).json).toMatchObject({
          code: 'tag_not_found',
        });
  });

  it('the tags of an account, over HTTP, say that a change may have been made whose answer was lost', async () => {
    world.fault({
      when: { path: '/cgi-bin/tags/create', times: 1 },
      fault: { kind: 'drop', accepted: true },
    });
    const { json } = await world.expect(503, 'POST', path(), { name: 'perhaps' });
    expect(json).toMatchObject({
      code: 'wechat_unreachable',
      detail: expect.stringMatching(/不确定.*may have made the change/su) as string,
    });
  });

  it('the tags of an account, over HTTP, say why they could not be read', async () => {
    world.fault({
      when: { path: '/cgi-bin/user/tag/get', times: 1 },
      fault: { kind: 'errcode', errcode: 48001 },
    });
    await world.expect(202, 'POST', path('/sync'));
    await world.until(
      async () => (await world.expect(200, 'GET', path('/sync'))).json.state === 'failed',
      'the failure',
    );
    expect((await world.expect(200, 'GET', path('/sync'))).json).toMatchObject({
      error: { errcode: 48001, rid: expect.any(String) as string },
    });
  });
});

import { ProductWorld } from '../../support/worlds/product-world.js';

describe('the templates of an account, over HTTP', () => {
  let world: ProductWorld;
  const path = (rest = '') => `/v1/accounts/${world.appid}/templates${rest}`;
  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 1 });
    await world.ready();
  });
  afterAll(() => world.close());

  it('the templates of an account, over HTTP, are synced with what is new, changed and gone', async () => {
    const { templates } = world.wechat.account();
    const [dropped] = templates.list();
    if (dropped === undefined) throw new Error('the simulator has no templates');
    const [added] = templates.add({ title: '新模板', content: '名称：{{thing1.DATA}}' });
    templates.remove(dropped.templateId);

    const { json } = await world.expect(200, 'POST', path('/sync'));
    expect(json).toEqual({
      added: [added?.templateId],
      changed: [],
      removed: [dropped.templateId],
      notRead: [],
      warnings: [],
    });
    const one = await world.expect(200, 'GET', path(`/${added?.templateId}`));
    expect(one.json).toMatchObject({
      title: '新模板',
      fields: [
        {
          name: 'thing1',
          type: 'thing',
          limit: 20,
          values: null,
          label: '名称',
          shown: true,
          reason: null,
        },
      ],
      unread: [],
      removedAt: null,
    });
    const gone = await world.expect(200, 'GET', path(`/${dropped.templateId}`));
    expect(gone.json).toMatchObject({ removedAt: expect.any(String) as string });
    const list = await world.expect(200, 'GET', path('?family=private'));
    const ids = list.json.items.map(({ templateId }: { templateId: string }) => templateId);
    expect(ids).toEqual(
      templates
        .list()
        .map(({ templateId }) => templateId)
        .toSorted(),
    );
  });

  it('the templates of an account, over HTTP, name what is in braces and no mark, and why a field is perhaps not shown', async () => {
    const content =
      '{{city.DATA}}\n温度：{{xz_3_0.DATA}}\n日期：{{date. DATA}}\n备注：{{Remark.DATA}}\n{{remark.DATA}}\n地点：{{place.data}}\n人：｛｛name.DATA｝｝';
    const [odd] = world.wechat.account().templates.add({ title: '怪模板', content });
    await world.expect(200, 'POST', path('/sync'));
    const { json } = await world.expect(200, 'GET', path(`/${odd?.templateId}`));
    const fields = json.fields.map(
      ({
        name,
        shown,
        reason,
      }: {
        name: string;
        shown: unknown;
        reason: { code: string } | null;
      }) => `${name} ${String(shown)} ${reason?.code}`,
    );
    expect(fields).toEqual([
      'city uncertain no_label',
      'xz_3_0 uncertain old_style',
      'date uncertain old_style',
      'Remark uncertain looks_not_shown',
      'remark false not_shown_since_2023',
    ]);
    expect(json.unread).toEqual([
      { mark: '{{place.data}}', name: 'place' },
      { mark: '｛｛name.DATA｝｝', name: 'name' },
    ]);
  });

  it.each(['nothing', 'no%00thing', 'x'.repeat(90)])(
    'the templates of an account, over HTTP, do not have %s',
    async (templateId) => {
      const { json } = await world.expect(404, 'GET', path(`/${templateId}`));
      expect(json).toMatchObject({ code: 'template_not_found' });
    },
  );

  it('the templates of an account, over HTTP, are of an account that must exist', async () => {
    const { json } = await world.expect(404, 'GET', '/v1/accounts/wx0000000000000000/templates');
    expect(json).toMatchObject({ code: 'account_not_found' });
  });

  it.each(['?limit=0', '?after=%00', '?colour=red', '?family=none'])(
    'the templates of an account, over HTTP, are not listed by %s',
    async (query) => {
      const { json } = await world.expect(400, 'GET', path(query));
      expect(json).toMatchObject({ code: 'invalid_request' });
    },
  );

  it('the templates of an account, over HTTP, of a mini program are those for subscriptions; followers it has none', async () => {
    const appid = 'wx00000000000000aa';
    await world.expect(201, 'POST', '/v1/accounts', {
      appid,
      secret: 'x'.repeat(32),
      kind: 'mini_program',
      name: 'mini',
      callbackMode: 'plain',
      callbackToken: 'token123',
    });
    world.wechat.putAccount({ appid, kind: 'mini_program', secret: 'x'.repeat(32) });
    await world.expect(200, 'POST', `/v1/accounts/${appid}/templates/sync`);
    const { json } = await world.expect(200, 'GET', `/v1/accounts/${appid}/templates`);
    for (const template of json.items) expect(template).toMatchObject({ family: 'subscription' });
    const followers = await world.expect(422, 'POST', `/v1/accounts/${appid}/followers/sync`);
    expect(followers.json).toMatchObject({ code: 'account_kind_without_followers' });
    const idle = await world.expect(200, 'GET', `/v1/accounts/${appid}/followers/sync`);
    expect(idle.json).toMatchObject({ state: 'idle', seen: 0, total: null, finishedAt: null });
  });

  it('the templates of an account, over HTTP, tell why WeChat did not give them', async () => {
    world.fault({
      when: { path: '/cgi-bin/template/get_all_private_template', times: 1 },
      fault: { kind: 'errcode', errcode: 48001 },
    });
    const { json } = await world.expect(422, 'POST', path('/sync'));
    expect(json).toMatchObject({
      code: 'wechat_refused',
      errcode: 48001,
      rid: expect.any(String) as string,
    });
  });
});

import { request } from 'undici';
import { Simulator, type SimulatorOptions } from '../../src/simulator/simulator.js';

type Json = Record<string, unknown>;

const SEND = '/cgi-bin/message/template/send';
const BIZSEND = '/cgi-bin/message/subscribe/bizsend';

let simulator: Simulator;
const start = async (options: SimulatorOptions = {}): Promise<void> => {
  simulator = await Simulator.start({ followers: 60, ...options });
};
afterEach(() => simulator.close());

const raw = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Json> => {
  const answer = await request(simulator.url + path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return (await answer.body.json()) as Json;
};

/** With a valid token. */
const call = (path: string, body?: unknown): Promise<Json> => {
  const { value } = simulator.tokens.issueStable(simulator.account());
  const glue = path.includes('?') ? '&' : '?';
  return raw(body === undefined ? 'GET' : 'POST', `${path}${glue}access_token=${value}`, body);
};
const codeOf = async (path: string, body?: unknown): Promise<unknown> =>
  (await call(path, body))['errcode'];

const openids = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, at) => simulator.account().openid(from + at));
const tagging = (openid_list: unknown, tagid: unknown) =>
  codeOf('/cgi-bin/tags/members/batchtagging', { openid_list, tagid });
const untagging = (openid_list: unknown, tagid: unknown) =>
  codeOf('/cgi-bin/tags/members/batchuntagging', { openid_list, tagid });
const newTag = async (name: string): Promise<number> => {
  const { tag } = await call('/cgi-bin/tags/create', { tag: { name } });
  return (tag as { id: number }).id;
};
const tags = async (): Promise<Json[]> => (await call('/cgi-bin/tags/get'))['tags'] as Json[];

describe('tags', () => {
  it('tags are made, renamed and deleted, each name once and none too long', async () => {
    await start();
    const id = await newTag('老客户');
    expect(await tags()).toContainEqual({ id, name: '老客户', count: 0 });
    expect(await codeOf('/cgi-bin/tags/create', { tag: { name: '老客户' } })).toBe(45157);
    expect(await codeOf('/cgi-bin/tags/create', { tag: { name: '' } })).toBe(45157);
    expect(await codeOf('/cgi-bin/tags/create', { tag: { name: '长'.repeat(31) } })).toBe(45158);
    expect(await codeOf('/cgi-bin/tags/update', { tag: { id, name: '常客' } })).toBe(0);
    expect(await codeOf('/cgi-bin/tags/update', { tag: { id, name: 'VIP' } })).toBe(45157);
    expect(await codeOf('/cgi-bin/tags/update', { tag: { id: 9_999, name: 'x' } })).toBe(45159);
    expect(await tags()).toContainEqual({ id, name: '常客', count: 0 });
    expect(await codeOf('/cgi-bin/tags/delete', { tag: { id } })).toBe(0);
    expect(await codeOf('/cgi-bin/tags/delete', { tag: { id } })).toBe(45159);
  });

  it('tags that WeChat keeps for itself cannot be changed', async () => {
    await start();
    for (const id of [0, 1, 2]) {
      expect(await codeOf('/cgi-bin/tags/update', { tag: { id, name: 'x' } })).toBe(45058);
      expect(await codeOf('/cgi-bin/tags/delete', { tag: { id } })).toBe(45058);
    }
  });

  it('tags are a hundred at most', async () => {
    await start();
    const standing = (await tags()).length;
    for (let at = standing; at < 100; at++) await newTag(`标签${at}`);
    expect(await codeOf('/cgi-bin/tags/create', { tag: { name: '第一百零一' } })).toBe(45056);
  });

  it('tags with more than 100,000 fans cannot be deleted', async () => {
    await start({ followers: 1_000_010 });
    const [vip] = await tags();
    expect(vip).toMatchObject({ name: 'VIP', count: 100_001 });
    expect(await codeOf('/cgi-bin/tags/delete', { tag: { id: vip?.['id'] } })).toBe(45057);
    expect(await untagging(openids(1), vip?.['id'])).toBe(0);
    expect(await codeOf('/cgi-bin/tags/delete', { tag: { id: vip?.['id'] } })).toBe(0);
  });

  it('tags are given and taken, and everybody’s list, count and page agree', async () => {
    await start();
    const id = await newTag('老客户');
    const [first, second, third] = openids(3) as [string, string, string];
    expect(await tagging([first, second, second], id)).toBe(0);
    expect(await untagging([second], id)).toBe(0);
    expect(await tagging([third], id)).toBe(0);
    expect(await untagging([first], 100)).toBe(0);

    expect(await tags()).toContainEqual({ id, name: '老客户', count: 2 });
    expect(await tags()).toContainEqual({ id: 100, name: 'VIP', count: 5 });
    const page = await call('/cgi-bin/user/tag/get', { tagid: id });
    expect(page['data']).toEqual({ openid: [first, third] });
    expect(await call('/cgi-bin/tags/getidlist', { openid: first })).toEqual({
      tagid_list: [101, id],
    });
    const info = await call(`/cgi-bin/user/info?openid=${first}`);
    expect(info['tagid_list']).toEqual([101, id]);
    simulator.moveFollowers({ unsubscribe: [third] });
    expect(await tags()).toContainEqual({ id, name: '老客户', count: 1 });
  });

  it('tags are given to fifty people at once, and only to people of the account', async () => {
    await start({ accounts: [{ appid: 'wx00000000000000ff', followers: 5 }] });
    const stranger = simulator.account('wx00000000000000ff').openid(1);
    expect(await tagging(openids(50), 100)).toBe(0);
    expect(await tagging(openids(51), 100)).toBe(40032);
    expect(await tagging([], 100)).toBe(40032);
    expect(await tagging('x', 100)).toBe(40032);
    expect(await tagging(['nobody'], 100)).toBe(40003);
    expect(await tagging([stranger], 100)).toBe(49003);
    expect(await tagging(openids(1), 9_999)).toBe(45159);
    expect(await codeOf('/cgi-bin/tags/getidlist', { openid: 'nobody' })).toBe(40003);
  });

  it('tags are twenty a person at most, and one too many is given to nobody', async () => {
    await start();
    const [full, free] = openids(2, 1) as [string, string];
    for (let at = 0; at < 20; at++)
      expect(await tagging([full], await newTag(`标签${at}`))).toBe(0);
    const last = await newTag('最后');
    expect(await tagging([free, full], last)).toBe(45059);
    expect(await call('/cgi-bin/tags/getidlist', { openid: free })).toEqual({ tagid_list: [] });
  });
});

describe('the blacklist', () => {
  const change = (name: string, openid_list: unknown) =>
    codeOf(`/cgi-bin/tags/members/${name}`, { openid_list });

  it('the blacklist takes twenty at once, and shuts them out until they are let in again', async () => {
    await start();
    const [first = ''] = openids(1);
    expect(await change('batchblacklist', openids(20))).toBe(0);
    expect(await change('batchblacklist', openids(21))).toBe(40032);
    expect(await change('batchblacklist', ['nobody'])).toBe(40003);
    const black = await call('/cgi-bin/tags/members/getblacklist', { begin_openid: '' });
    expect(black['total']).toBe(20);
    const message = { touser: first, template_id: 'x' };
    expect(await change('batchunblacklist', [first])).toBe(0);
    expect(await codeOf(SEND, message)).toBe(40036);
    const after = await call('/cgi-bin/tags/members/getblacklist', { begin_openid: '' });
    expect(after['total']).toBe(19);
  });
});

describe('a follower', () => {
  it('a follower may be called something by the account', async () => {
    await start();
    const [openid = ''] = openids(1);
    const remark = (text: string, whom = openid) =>
      codeOf('/cgi-bin/user/info/updateremark', { openid: whom, remark: text });
    expect(await remark('王老师')).toBe(0);
    expect((await call(`/cgi-bin/user/info?openid=${openid}`))['remark']).toBe('王老师');
    expect(await remark('长'.repeat(31))).toBe(40097);
    expect(await remark('x', 'nobody')).toBe(40003);
  });
});

describe('the way to a callback', () => {
  const check = (body: Json) => call('/cgi-bin/callback/check', body);

  it('the way to a callback is looked at by name and by ping, once there is a callback', async () => {
    await start();
    expect(await check({ action: 'all', check_operator: 'DEFAULT' })).toMatchObject({
      errcode: 40201,
    });
    simulator.putAccount({ callback: { url: 'http://127.0.0.1:9/' } });
    expect(await check({ action: 'all', check_operator: 'UNICOM' })).toEqual({
      dns: [{ ip: '127.0.0.1', real_operator: 'UNICOM' }],
      ping: [
        { ip: '127.0.0.1', from_operator: 'UNICOM', package_loss: '0%', time: expect.any(String) },
      ],
    });
    expect(Object.keys(await check({ action: 'dns', check_operator: 'CAP' }))).toEqual(['dns']);
    expect(Object.keys(await check({ action: 'ping', check_operator: 'CAP' }))).toEqual(['ping']);
    expect(await check({ action: 'x', check_operator: 'CAP' })).toMatchObject({ errcode: 40202 });
    expect(await check({ action: 'dns', check_operator: 'x' })).toMatchObject({ errcode: 40203 });
  });
});

describe('an industry', () => {
  const set = (industry_id1: unknown, industry_id2: unknown) =>
    codeOf('/cgi-bin/template/api_set_industry', { industry_id1, industry_id2 });

  it('an industry is chosen once a month', async () => {
    await start();
    expect(await set('0', '4')).toBe(40102);
    expect(await set('1', '42')).toBe(40102);
    expect(await set('7', '35')).toBe(0);
    expect(await call('/cgi-bin/template/get_industry')).toEqual({
      primary_industry: { first_class: '金融业', second_class: '银行' },
      secondary_industry: { first_class: '商业服务', second_class: '认证' },
    });
    expect(await set('1', '2')).toBe(43100);
    simulator.clock.advance(31 * 86_400_000);
    expect(await set('1', '2')).toBe(0);
  });
});

describe('the public library of subscription templates', () => {
  const titles = (query: string) => call(`/wxaapi/newtmpl/getpubtemplatetitles?${query}`);

  it('the public library of subscription templates is read by category and page, its keywords by template, and templates are made of them', async () => {
    await start();
    const { count, data } = await titles('ids=616&start=0&limit=30');
    expect(data).toHaveLength(count as number);
    expect(await titles('ids=616&start=1&limit=1')).toMatchObject({
      count,
      data: [{ tid: 101, title: '成绩通知', type: 2, categoryId: '616' }],
    });
    const keywords = await call('/wxaapi/newtmpl/getpubtemplatekeywords?tid=99');
    expect((keywords['data'] as Json[])[1]).toEqual({
      kid: 2,
      name: '开课时间',
      rule: 'time',
      example: '2026年11月28日 19:30',
    });
    const made = { tid: '99', kidList: [6, 2], sceneDesc: '开课前提醒' };
    const { priTmplId } = await call('/wxaapi/newtmpl/addtemplate', made);
    const listed = (await call('/wxaapi/newtmpl/gettemplate'))['data'] as Json[];
    expect(listed.find((one) => one['priTmplId'] === priTmplId)?.['content']).toBe(
      '上课人:{{name6.DATA}}\n开课时间:{{time2.DATA}}\n',
    );
  });

  it.each([
    ['start=0&limit=1', 200018],
    ['ids=1&start=0&limit=1', 200019],
    ['ids=616&limit=1', 200016],
    ['ids=616&start=0&limit=31', 200017],
  ])('the public library of subscription templates refuses %s with %i', async (query, errcode) => {
    await start();
    expect(await titles(query)).toMatchObject({ errcode });
  });

  it('the public library of subscription templates refuses what it does not have', async () => {
    await start();
    expect(await codeOf('/wxaapi/newtmpl/getpubtemplatekeywords?tid=7')).toBe(200014);
    expect(await codeOf('/wxaapi/newtmpl/addtemplate', { tid: 99, kidList: [7] })).toBe(200020);
    expect(await codeOf('/wxaapi/newtmpl/addtemplate', { tid: 99, kidList: [] })).toBe(200020);
    expect(await codeOf('/wxaapi/newtmpl/addtemplate', { kidList: [1] })).toBe(200014);
  });
});

describe('a quota', () => {
  const used = async (cgi_path: string): Promise<unknown> =>
    ((await call('/cgi-bin/openapi/quota/get', { cgi_path }))['quota'] as Json)['used'];
  const spend = (path: string) => call(path, { touser: 'nobody' });

  it('a quota is each API path’s own: it is told, used up and cleared by itself', async () => {
    await start({ sending: { dailyLimit: 2 } });
    for (let time = 0; time < 2; time++) await spend(SEND);
    await spend(BIZSEND);
    expect([await used(SEND), await used(BIZSEND)]).toEqual([2, 1]);
    expect(await spend(SEND)).toMatchObject({ errcode: 45009 });
    expect(await spend(BIZSEND)).toMatchObject({ errcode: 40003 });

    expect(await codeOf('/cgi-bin/openapi/quota/clear', { cgi_path: SEND })).toBe(0);
    expect([await used(SEND), await used(BIZSEND)]).toEqual([0, 2]);
    expect(await codeOf('/cgi-bin/openapi/quota/clear', { cgi_path: '/no' })).toBe(76021);
  });

  it('a quota of one path is cleared fifty times a month', async () => {
    await start();
    for (let time = 0; time < 50; time++)
      expect(await codeOf('/cgi-bin/openapi/quota/clear', { cgi_path: SEND })).toBe(0);
    expect(await codeOf('/cgi-bin/openapi/quota/clear', { cgi_path: SEND })).toBe(48006);
  });

  it('a quota of all paths is cleared ten times a month, by token or by secret', async () => {
    await start();
    const { appid, secret } = simulator.account().settings;
    const bySecret = (appsecret: string, id = appid) =>
      raw('POST', `/cgi-bin/clear_quota/v2?appid=${id}&appsecret=${appsecret}`, {});
    await spend(SEND);
    expect(await bySecret(secret)).toMatchObject({ errcode: 0 });
    expect(await used(SEND)).toBe(0);
    expect(await bySecret('x')).toMatchObject({ errcode: 40125 });
    expect(await bySecret('')).toMatchObject({ errcode: 41004 });
    expect(await bySecret(secret, 'wx0000000000000009')).toMatchObject({ errcode: 40013 });
    expect(
      await raw('POST', '/cgi-bin/clear_quota/v2', { appid, appsecret: secret }),
    ).toMatchObject({ errcode: 0 });
    for (let time = 2; time < 10; time++)
      expect(await codeOf('/cgi-bin/clear_quota', { appid })).toBe(0);
    expect(await bySecret(secret)).toMatchObject({ errcode: 48006 });
  });
});

describe('codes with a scene', () => {
  const make = (fields: Record<string, unknown>) => call('/cgi-bin/qrcode/create', fields);
  const textScene = { scene: { scene_str: 'somewhere' } };

  it('a code with a scene is made for a while, for good, and not without a scene', async () => {
    await start();
    expect(
      await make({ action_name: 'QR_STR_SCENE', expire_seconds: 60, action_info: textScene }),
    ).toEqual({
      ticket: expect.any(String) as string,
      expire_seconds: 60,
      url: expect.stringMatching(/^http:\/\/weixin\.qq\.com\/q\//) as string,
    });
    const lasting = await make({
      action_name: 'QR_LIMIT_SCENE',
      action_info: { scene: { scene_id: 7 } },
    });
    expect(Object.keys(lasting).sort()).toEqual(['ticket', 'url']);
    for (const wrong of [
      { action_name: 'QR_STR_SCENE', action_info: {} },
      { action_name: 'QR_SCENE', action_info: textScene },
      { action_name: 'QR_NONE', action_info: textScene },
      { action_name: 'QR_STR_SCENE', expire_seconds: 2_592_001, action_info: textScene },
    ])
      expect(await make(wrong)).toMatchObject({ errcode: 40035 });
  });

  it('a code with a scene cannot be scanned once it is over', async () => {
    await start();
    const { url } = await make({
      action_name: 'QR_STR_SCENE',
      expire_seconds: 60,
      action_info: textScene,
    });
    simulator.clock.advance(61_000);
    expect(() => simulator.scan(openids(1)[0]!, String(url))).toThrow('it is over');
  });
});

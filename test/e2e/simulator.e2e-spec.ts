import { request } from 'undici';
import { Simulator, type SimulatorOptions } from '../../src/simulator/simulator.js';

type Json = Record<string, unknown>;
type Answer = { readonly status: number; readonly text: string; readonly json: Json };

const SEND = '/cgi-bin/message/template/send';
const RID = / rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/;

let simulator: Simulator;

const start = async (options: SimulatorOptions = {}): Promise<void> => {
  simulator = await Simulator.start(options);
};

afterEach(() => simulator.close());

const call = async (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> => {
  const payload =
    body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await request(simulator.url + path, { method, body: payload });
  const text = await answer.body.text();
  return { status: answer.statusCode, text, json: parsed(text) };
};

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
};

const stableToken = async (appid?: string): Promise<string> => {
  const { settings } = simulator.account(appid);
  const { json } = await call('POST', '/cgi-bin/stable_token', {
    grant_type: 'client_credential',
    appid: settings.appid,
    secret: settings.secret,
  });
  return String(json['access_token']);
};

const withToken = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> =>
  call(method, `${path}${path.includes('?') ? '&' : '?'}access_token=${await stableToken()}`, body);

const message = (follower = 0, over: Json = {}): Json => ({
  touser: simulator.account().openid(follower),
  template_id: simulator.account().templates.byTitle('活动报名成功通知').templateId,
  data: {
    thing1: { value: '秋季公开课' },
    time2: { value: '2026-11-28 19:30' },
    thing3: { value: '报告厅' },
  },
  ...over,
});

const send = (follower = 0, over: Json = {}): Promise<Answer> =>
  withToken('POST', SEND, message(follower, over));

const errcodes = async (...answers: readonly Promise<Answer>[]): Promise<unknown[]> =>
  (await Promise.all(answers)).map(({ json }) => json['errcode']);

describe('the token endpoints', () => {
  const plain = (over: Record<string, string> = {}): Promise<Answer> => {
    const { appid, secret } = simulator.account().settings;
    const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret, ...over });
    return call('GET', `/cgi-bin/token?${query.toString()}`);
  };

  it('the token endpoints answer a token and its life, without an errcode', async () => {
    await start();
    const { json } = await plain();
    expect(Object.keys(json)).toEqual(['access_token', 'expires_in']);
    expect(json['expires_in']).toBe(7_200);
  });

  it('the token endpoints say in WeChat’s words what is wrong with the credentials', async () => {
    await start();
    expect(
      await errcodes(
        plain({ appid: 'wxffffffffffffffff' }),
        plain({ secret: 'x' }),
        plain({ secret: '' }),
      ),
    ).toEqual([40013, 40125, 41004]);
    expect(
      await errcodes(plain({ grant_type: 'x' }), call('GET', '/cgi-bin/stable_token')),
    ).toEqual([40002, 43002]);
    simulator.putAccount({ token: { errcode: 40164 } });
    const { json } = await plain();
    expect(json['errmsg']).toMatch(
      /^invalid ip 127\.0\.0\.1 ipv6 ::ffff:127\.0\.0\.1, not in whitelist rid: /,
    );
  });

  it('the token endpoints count the calls that got a token, of either kind', async () => {
    await start();
    await plain();
    await stableToken();
    await plain({ secret: 'wrong' });
    expect(simulator.stats()).toMatchObject({ tokenCalls: 2, tokenRequests: 3 });
  });

  it('the token endpoints give tokens that open nothing to a mini program’s owner but what it may call', async () => {
    await start({ accounts: [{ appid: 'wx00000000000000ff', kind: 'mini_program' }] });
    const token = await stableToken('wx00000000000000ff');
    const answer = call('POST', `${SEND}?access_token=${token}`, message());
    expect(await errcodes(answer)).toEqual([48001]);
  });
});

describe('user/get', () => {
  const walk = async (): Promise<{ openids: string[]; pages: Json[] }> => {
    const pages: Json[] = [];
    const openids: string[] = [];
    for (let next = ''; ;) {
      const { json } = await withToken('GET', `/cgi-bin/user/get${next && `?next_openid=${next}`}`);
      pages.push(json);
      if (json['count'] === 0) return { openids, pages };
      openids.push(...(json['data'] as { openid: string[] }).openid);
      next = String(json['next_openid']);
    }
  };

  it('user/get lists everybody in pages of exactly 10,000 and ends without a data key', async () => {
    await start({ followers: 20_005 });
    const { openids, pages } = await walk();

    expect(pages.map(({ count }) => count)).toEqual([10_000, 10_000, 5, 0]);
    expect(pages.at(-1)).toEqual({ total: 20_005, count: 0, next_openid: '' });
    expect(new Set(openids).size).toBe(20_005);
    expect(pages[2]?.['next_openid']).toBe(openids.at(-1));
  });

  it('user/get of an account without followers is empty at once', async () => {
    await start({ followers: 0 });
    expect((await walk()).pages).toEqual([{ total: 0, count: 0, next_openid: '' }]);
  });

  it('user/get can end in the ways of older days', async () => {
    await start({ followers: 0, lists: { end: 'empty_string' } });
    expect((await walk()).pages[0]?.['data']).toEqual({ openid: [''] });
  });

  it('user/get changes between two pages when told to', async () => {
    await start({ followers: 15_000 });
    simulator.moveFollowers({ afterPages: 1, unsubscribe: 10, subscribe: 3 });
    const { openids, pages } = await walk();

    expect(pages.map(({ total }) => total)).toEqual([15_000, 14_993, 14_993]);
    expect(openids).toHaveLength(14_993);
  });

  it('user/get refuses a cursor that is nobody', async () => {
    await start();
    expect(await errcodes(withToken('GET', '/cgi-bin/user/get?next_openid=oNobody'))).toEqual([
      40003,
    ]);
  });
});

describe('followers one by one', () => {
  it('followers one by one show their tags, and nothing but the openid once they have left', async () => {
    await start({ followers: 31 });
    const [first, gone] = [0, 1].map((index) => simulator.account().openid(index));
    simulator.moveFollowers({ unsubscribe: [String(gone)] });

    const { json } = await withToken('POST', '/cgi-bin/user/info/batchget', {
      user_list: [{ openid: first }, { openid: gone }],
    });
    expect(json['user_info_list']).toMatchObject([
      { subscribe: 1, openid: first, tagid_list: [100, 101] },
      { subscribe: 0, openid: gone },
    ]);
    expect(
      await errcodes(withToken('POST', '/cgi-bin/user/info/batchget', { user_list: [] })),
    ).toEqual([40032]);
  });

  it('followers one by one are listed by tag and by blacklist', async () => {
    await start({ followers: 31 });
    const shutOut = simulator.account().openid(5);
    await call('POST', '/__followers', { blacklist: [shutOut] });

    const tags = await withToken('GET', '/cgi-bin/tags/get');
    const tagged = await withToken('POST', '/cgi-bin/user/tag/get', { tagid: 100 });
    const black = await withToken('POST', '/cgi-bin/tags/members/getblacklist', {
      begin_openid: '',
    });

    expect(tags.json['tags']).toContainEqual({ id: 100, name: 'VIP', count: 4 });
    expect(tagged.json['count']).toBe(4);
    expect(black.json).toMatchObject({ total: 1, data: { openid: [shutOut] } });
    expect(await errcodes(send(5))).toEqual([43019]);
  });
});

describe('templates', () => {
  it('templates are listed, added and deleted', async () => {
    await start();
    const listed = async (): Promise<Json[]> =>
      (await withToken('GET', '/cgi-bin/template/get_all_private_template')).json[
        'template_list'
      ] as Json[];
    const before = await listed();
    expect(before[0]?.['content']).toContain('讲       师：{{keyword1.DATA}} \n课程名称：');
    expect(before.map(({ template_id }) => String(template_id).length)).toEqual(
      before.map(() => 43),
    );

    const added = await withToken('POST', '/cgi-bin/template/api_add_template', {
      template_id_short: '4711',
      keyword_name_list: ['会议主题', '会议地点'],
    });
    expect((await listed()).at(-1)?.['content']).toBe(
      '会议主题:{{thing1.DATA}}\n会议地点:{{thing2.DATA}}',
    );

    const gone = { template_id: added.json['template_id'] };
    await withToken('POST', '/cgi-bin/template/del_private_template', gone);
    expect(await listed()).toEqual(before);
    expect(
      await errcodes(withToken('POST', '/cgi-bin/template/del_private_template', gone)),
    ).toEqual([40037]);
  });

  it('templates can be replaced behind a client’s back', async () => {
    await start();
    const replace = [{ title: '会议通知', content: '主题:{{thing1.DATA}}' }];
    const { json } = await call('POST', '/__templates', { replace });
    expect(json['items']).toMatchObject([{ title: '会议通知', fields: ['thing1'] }]);
    const forgotten = { touser: simulator.account().openid(0), template_id: 'x'.repeat(43) };
    expect(await errcodes(withToken('POST', SEND, forgotten))).toEqual([40037]);
  });
});

describe('a template send', () => {
  it('a template send answers a msgid beyond 2^53 as a bare number', async () => {
    await start();
    const { text } = await send();
    const msgid = /"msgid":(\d+)}$/.exec(text)?.[1] ?? '';

    expect(text).toBe(`{"errcode":0,"errmsg":"ok","msgid":${msgid}}`);
    expect(BigInt(msgid)).toBeGreaterThan(2n ** 53n);
    expect(BigInt(msgid)).toBeLessThan(2n ** 63n);
    expect(simulator.ledger().items[0]?.messages[0]?.msgid).toBe(msgid);
  });

  it.each([
    ['a value too long', { thing1: { value: '字'.repeat(21) } }, 'data.thing1.value invalid'],
    ['a missing value', {}, 'data.thing1.value is empty'],
    ['data written as a string', '{"thing1":{"value":"x"}}', 'data.thing1.value is empty'],
    [
      'a time that is none',
      { thing1: { value: 'x' }, time2: { value: '明天' } },
      'data.time2.value invalid',
    ],
  ])('a template send with %s gets 47003 in WeChat’s words', async (_what, data, words) => {
    await start();
    const { json } = await send(0, { data });
    expect(json['errcode']).toBe(47003);
    expect(json['errmsg']).toMatch(new RegExp(`^argument invalid! ${words} rid: `));
  });

  it('a template send gets a text of 47003 that is cut at a fixed length', async () => {
    await start();
    const { templateId } = simulator
      .account()
      .templates.add({ title: '单号', content: '{{character_string1.DATA}}' })[0]!;
    const { json } = await send(0, {
      template_id: templateId,
      data: { character_string1: { value: '单号' } },
    });
    expect(json['errmsg']).toMatch(/^argument invalid! data\.character_string1\.value i rid: /);
  });

  it('a template send does not check the fields of a legacy template', async () => {
    await start();
    const { templateId } = simulator.account().templates.byTitle('课程开课提醒');
    const data = {
      first: { value: '你好', color: '#f00' },
      keyword1: { value: '很长'.repeat(50) },
    };
    expect(await errcodes(send(0, { template_id: templateId, data }))).toEqual([0]);
    expect(simulator.ledger().items[0]?.messages[0]?.content?.values).toEqual({
      keyword1: '很长'.repeat(50),
    });
  });

  it('a template send names the first thing that is wrong', async () => {
    await start({ population: { left: 0.5 } });
    const token = await stableToken();
    expect(
      await errcodes(
        call('POST', SEND, message()),
        call('POST', `${SEND}?access_token=short`, message()),
        call('POST', `${SEND}?access_token=${'x'.repeat(136)}`, message()),
        call('GET', `${SEND}?access_token=${token}`),
        call('POST', `${SEND}?access_token=${token}`, '{not json'),
        call('POST', `${SEND}?access_token=${token}`, ''),
        send(0, { touser: 'oNobody' }),
        send(0, { template_id: 'short' }),
        send(1),
      ),
    ).toEqual([41001, 40014, 40001, 43002, 47001, 44002, 40003, 40036, 43004]);
  });

  it('a template send to someone who has left gets 43004 although user/get lists them', async () => {
    await start({ population: { left: 1 } });
    expect(await errcodes(send())).toEqual([43004]);
    expect(simulator.account().followers.total).toBe(2_000);
    expect(simulator.stats()).toMatchObject({ accepted: 0, sends: { byErrcode: { 43004: 1 } } });
  });

  it('a template send is refused by minute and by day, and the quota is told beforehand', async () => {
    await start({ sending: { minuteLimit: 2, dailyLimit: 3 } });
    expect(await errcodes(send(0), send(1), send(2))).toEqual([0, 0, 45011]);
    simulator.clock.advance(60_000);
    expect(await errcodes(send(2), send(3))).toEqual([0, 45009]);

    const { json } = await withToken('POST', '/cgi-bin/openapi/quota/get', { cgi_path: SEND });
    expect(json).toMatchObject({
      quota: { daily_limit: 3, used: 3, remain: 0 },
      rate_limit: { call_count: 2, refresh_second: 60 },
    });
    simulator.clock.advance(86_400_000);
    expect(await errcodes(send(3))).toEqual([0]);
  });

  it('a template send may carry raw control characters in its answer', async () => {
    await start({ sending: { controlCharacters: true } });
    const { text } = await send(0, { touser: 'oNobody' });
    expect(text).toContain('\u0001');
    expect(() => JSON.parse(text) as unknown).toThrow();
  });

  it('a template send over the retired ways answers that they are gone', async () => {
    await start();
    const retired = ['template/send', 'template/uniform_send'].map((name) =>
      withToken('POST', `/cgi-bin/message/wxopen/${name}`, {}),
    );
    expect(await errcodes(...retired)).toEqual([45103, 45109]);
  });
});

describe('an address that WeChat does not have', () => {
  it.each(['GET', 'POST'] as const)(
    'an address that WeChat does not have is answered like any other refusal: %s 200 with 40066',
    async (method) => {
      await start();
      const answer = await call(
        method,
        '/cgi-bin/nothing/here',
        method === 'POST' ? {} : undefined,
      );
      expect(answer.status).toBe(200);
      expect(answer.json['errcode']).toBe(40066);
      expect(answer.json['errmsg']).toMatch(/^invalid url rid: /);
    },
  );
});

describe('a refusal', () => {
  it.each([
    [40035, 'invalid template size'],
    [43005, 'require friend relations'],
    [45013, 'template args size out of limit'],
    [48002, 'user block receive message'],
    [49003, 'not match openid with appid'],
    [61007, 'api is unauthorized to component'],
  ])(
    'a refusal that is scripted as %i has the words that WeChat has for it',
    async (errcode, words) => {
      await start();
      simulator.addFault({ fault: { kind: 'errcode', errcode } });
      expect((await send()).json['errmsg']).toMatch(new RegExp(`^${words} rid: `));
    },
  );

  it('a refusal of a code without published words does not borrow those of another', async () => {
    await start();
    simulator.addFault({ fault: { kind: 'errcode', errcode: 99_999 } });
    expect((await send()).json['errmsg']).toMatch(/^unknown error rid: /);
  });

  it('a refusal carries a fresh rid that WeChat can be asked about', async () => {
    await start({ accounts: [{ appid: 'wx00000000000000ff' }] });
    const [one, two] = [await send(0, { touser: 'x' }), await send(0, { touser: 'x' })];
    const rid = String(one.json['errmsg']).slice(-26);
    expect(one.json['errmsg']).toMatch(RID);
    expect(one.json['errmsg']).not.toBe(two.json['errmsg']);

    const found = await withToken('POST', '/cgi-bin/openapi/rid/get', { rid });
    expect(found.json['request']).toMatchObject({
      request_url: SEND,
      response_body: '{"errcode":40003}',
    });
    const stranger = await stableToken('wx00000000000000ff');
    const other = call('POST', `/cgi-bin/openapi/rid/get?access_token=${stranger}`, { rid });
    expect(await errcodes(other)).toEqual([76003]);
    simulator.clock.advance(8 * 86_400_000);
    const late = withToken('POST', '/cgi-bin/openapi/rid/get', { rid });
    const unknown = withToken('POST', '/cgi-bin/openapi/rid/get', {
      rid: rid.replaceAll(/[0-9]/g, '0'),
    });
    const bad = withToken('POST', '/cgi-bin/openapi/rid/get', { rid: 'x' });
    expect(await errcodes(late, unknown, bad)).toEqual([76004, 76001, 76002]);
  });
});

describe('a repeated client_msg_id', () => {
  const repeat = (): Promise<Answer> => send(0, { client_msg_id: 'b'.repeat(32) });

  it('a repeated client_msg_id is sent once in ten minutes and answered with the first msgid', async () => {
    await start();
    const first = await repeat();
    simulator.clock.advance(599_000);
    const second = await repeat();
    expect(second.text).toBe(first.text);
    expect(simulator.stats()).toMatchObject({ accepted: 1, duplicates: 0, repeats: 1 });
  });

  it('a repeated client_msg_id is another message after ten minutes, and then a duplicate', async () => {
    await start();
    const first = await repeat();
    simulator.clock.advance(601_000);
    const second = await repeat();
    expect(second.text).not.toBe(first.text);
    expect(simulator.stats()).toMatchObject({ accepted: 2, duplicates: 1 });
  });

  it('a repeated client_msg_id can be answered with an errcode instead', async () => {
    await start({ sending: { repeatErrcode: 45065 } });
    expect(await errcodes(repeat())).toEqual([0]);
    expect(await errcodes(repeat())).toEqual([45065]);
  });

  it('a repeated client_msg_id concerns one recipient only', async () => {
    await start();
    await Promise.all([send(0, { client_msg_id: 'same' }), send(1, { client_msg_id: 'same' })]);
    expect(simulator.stats()).toMatchObject({ accepted: 2, duplicates: 0 });
  });
});

describe('the same message to the same person', () => {
  it('the same message to the same person gets 40241 within the window, but a retry under its own id does not', async () => {
    await start({ sending: { duplicateWindowSeconds: 60 } });
    expect(await errcodes(send(0, { client_msg_id: 'one' }))).toEqual([0]);
    expect(
      await errcodes(send(0, { client_msg_id: 'one' }), send(0, { client_msg_id: 'two' })),
    ).toEqual([0, 40241]);
    simulator.clock.advance(61_000);
    expect(await errcodes(send(0, { client_msg_id: 'two' }))).toEqual([0]);
  });

  it('the same message to the same person stands in the ledger as a duplicate when the window is off', async () => {
    await start();
    await send(0, { client_msg_id: 'one' });
    await send(0, { client_msg_id: 'two' });
    await send(1, { client_msg_id: 'one' });

    expect(simulator.stats()).toMatchObject({ accepted: 3, seen: 3, recipients: 2, duplicates: 1 });
    const { items } = simulator.ledger();
    expect(items.map(({ duplicate }) => duplicate)).toEqual([true, false]);
    expect(items[0]?.shown).toMatchObject([{ times: 2, clientMsgIds: ['one', 'two'] }]);
  });
});

describe('a fault', () => {
  const lost = async (sending: Promise<unknown>): Promise<void> => {
    await expect(sending).rejects.toThrow();
  };

  it('a fault before acceptance leaves no trace', async () => {
    await start();
    simulator.addFault({ when: { times: 1 }, fault: { kind: 'drop' } });
    simulator.addFault({ when: { times: 1 }, fault: { kind: 'errcode', errcode: -1 } });
    await stableToken();
    await lost(send());
    expect(await errcodes(send())).toEqual([-1]);
    expect(simulator.stats()).toMatchObject({
      accepted: 0,
      sends: { total: 2, unanswered: 1, byErrcode: { '-1': 1 } },
    });
  });

  it('a fault after acceptance loses the answer, not the message', async () => {
    await start();
    for (const fault of [
      { kind: 'drop' },
      { kind: 'cut' },
      { kind: 'errcode', errcode: -1 },
    ] as const) {
      simulator.addFault({ when: { times: 1 }, fault: { ...fault, accepted: true } });
    }
    await lost(send(0));
    await lost(send(1));
    expect(await errcodes(send(2))).toEqual([-1]);
    expect(simulator.stats()).toMatchObject({
      accepted: 3,
      seen: 3,
      sends: { unanswered: 2, byErrcode: { '-1': 1 } },
    });
  });

  it('a fault can be a page of a gateway, or a body that is no JSON', async () => {
    await start();
    simulator.addFault({
      when: { times: 1 },
      fault: { kind: 'http', status: 502, body: '<h1>Bad Gateway</h1>' },
    });
    const answer = await send();
    expect([answer.status, answer.text]).toEqual([502, '<h1>Bad Gateway</h1>']);
    expect(simulator.stats().sends.gateway).toBe(1);
  });

  it('a fault can decide what becomes of one person’s message', async () => {
    await start();
    const openid = simulator.account().openid(0);
    simulator.addFault({
      when: { openids: [openid], times: 1 },
      fault: { kind: 'fate', status: 'failed: system failed' },
    });
    await send(0, { client_msg_id: 'one' });
    await send(0, { client_msg_id: 'two' });
    expect(simulator.stats()).toMatchObject({ accepted: 2, failed: 1, seen: 1, duplicates: 0 });
  });

  it('a fault can hit any endpoint, over HTTP, and be called off', async () => {
    await start();
    const when = { path: '/cgi-bin/stable_token' };
    await call('POST', '/__faults', { when, fault: { kind: 'errcode', errcode: 50004 } });
    const { appid, secret } = simulator.account().settings;
    const ask = (): Promise<Answer> =>
      call('POST', '/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret });
    expect(await errcodes(ask())).toEqual([50004]);
    expect((await call('GET', '/__faults')).json['items']).toMatchObject([{ id: 1, met: 1, when }]);
    await call('DELETE', '/__faults');
    expect(await errcodes(ask())).toEqual([undefined]);
  });

  it('a fault can be a token that dies in the middle of a run', async () => {
    await start();
    const token = await stableToken();
    await call('POST', '/__tokens/expire', { errcode: 40001 });
    expect(await errcodes(call('POST', `${SEND}?access_token=${token}`, message()))).toEqual([
      40001,
    ]);
    expect(await stableToken()).not.toBe(token);
  });
});

describe('the control addresses', () => {
  it('the control addresses show the ledger page by page', async () => {
    await start();
    for (const follower of [4, 2, 3]) await send(follower);
    const openids = [2, 3, 4].map((index) => simulator.account().openid(index));

    const first = (await call('GET', '/__ledger?limit=2')).json;
    expect((first['items'] as Json[]).map(({ openid }) => openid)).toEqual(openids.slice(0, 2));
    const second = (await call('GET', `/__ledger?limit=2&after=${String(first['next'])}`)).json;
    expect((second['items'] as Json[]).map(({ openid }) => openid)).toEqual(openids.slice(2));
    expect(second['next']).toBeNull();
    const one = (await call('GET', `/__ledger?openid=${openids[0]}`)).json;
    expect(one['items']).toMatchObject([{ openid: openids[0], seen: 1 }]);
  });

  it('the control addresses move the clock, add an account, and forget', async () => {
    await start();
    await send();
    expect((await call('POST', '/__clock', { advanceMs: 5_000 })).json['offsetMs']).toBe(5_000);
    await call('POST', '/__accounts', {
      appid: 'wx00000000000000ff',
      openidSeed: 'wx0123456789abcdef',
    });
    expect(simulator.account('wx00000000000000ff').openid(9)).toBe(simulator.account().openid(9));

    await call('POST', '/__reset');
    expect((await call('GET', '/__stats')).json).toMatchObject({
      accepted: 0,
      tokenCalls: 0,
      sends: { total: 0 },
    });
  });

  it('the control addresses refuse what makes no sense, with a reason', async () => {
    await start();
    const refusals = await Promise.all([
      call('POST', '/__accounts', { receipts: { earyl: 1 } }),
      call('POST', '/__faults', { fault: { kind: 'explode' } }),
      call('POST', '/__clock', { advanceMs: 'x' }),
      call('POST', '/__push', { event: 'subscribe' }),
      call('GET', '/__stats?appid=wx1'),
      call('POST', '/__reset', '[]'),
    ]);
    expect(refusals.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400]);
    expect(refusals.map(({ json }) => typeof json['error'])).toEqual(refusals.map(() => 'string'));
    expect((await call('GET', '/__nothing')).status).toBe(404);
  });

  it('the control addresses take no body beyond a megabyte', async () => {
    await start();
    const answer = await call('POST', '/__faults', 'x'.repeat(1_100_000)).catch(() => ({
      status: 413,
    }));
    expect(answer.status).toBe(413);
  });
});

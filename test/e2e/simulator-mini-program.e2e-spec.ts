import { request } from 'undici';
import type { AccountPatch, CallbackMode } from '../../src/simulator/settings/account-settings.js';
import { FORM_ID_LIFE_MS, MOCK_FORM_ID } from '../../src/simulator/form-ids/form-id.js';
import { Simulator } from '../../src/simulator/simulator.js';
import { AES_KEY, decrypt, field, PushTarget } from '../support/wechat/push-target.js';

type Json = Record<string, unknown>;
type Answer = { readonly text: string; readonly json: Json };

const SUBSCRIBE = '/cgi-bin/message/subscribe/send';
const BIZSEND = '/cgi-bin/message/subscribe/bizsend';
const ONE_TIME = '/cgi-bin/message/template/subscribe';
const WXOPEN = '/cgi-bin/message/wxopen/template/send';

let simulator: Simulator;
let callback: PushTarget | undefined;

const start = async (patch: AccountPatch = {}): Promise<void> => {
  simulator = await Simulator.start({
    kind: 'mini_program',
    followers: 50,
    receipts: { delayMinMs: 0, delayMaxMs: 5 },
    ...patch,
  });
};

/** With somebody who listens to what is pushed. */
const startHeard = async (patch: AccountPatch = {}): Promise<PushTarget> => {
  callback = await PushTarget.listen();
  const { url } = callback;
  await start({ ...patch, callback: { url, encodingAesKey: AES_KEY, ...patch.callback } });
  return callback;
};

afterEach(async () => {
  await simulator.close();
  callback?.close();
  callback = undefined;
});

const call = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> => {
  const answer = await request(simulator.url + path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.body.text();
  return { text, json: JSON.parse(text) as Json };
};

const withToken = (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> => {
  const { value } = simulator.tokens.issueStable(simulator.account());
  return call(method, `${path}?access_token=${value}`, body);
};

const errcodes = async (...answers: readonly Promise<Answer>[]): Promise<unknown[]> =>
  (await Promise.all(answers)).map(({ json }) => json['errcode']);

/** One after the other. */
const inTurn = async (times: number, send: () => Promise<Answer>): Promise<unknown[]> => {
  const codes: unknown[] = [];
  for (let time = 0; time < times; time++) codes.push((await send()).json['errcode']);
  return codes;
};

const openid = (index = 0): string => simulator.account().openid(index);

const templateId = (title = '上课提醒'): string =>
  simulator.account().subscriptionTemplates.byTitle(title).templateId;

const words = {
  thing1: { value: '秋季公开课' },
  time2: { value: '2026-11-28 19:30' },
  thing3: { value: '报告厅' },
};

const notice = (over: Json = {}): Json => ({
  touser: openid(),
  template_id: templateId(),
  data: words,
  ...over,
});

const send = (over: Json = {}): Promise<Answer> => withToken('POST', SUBSCRIBE, notice(over));

const grant = (over: { times?: number; index?: number; title?: string } = {}) =>
  simulator.grant({
    openids: [openid(over.index)],
    templateIds: [templateId(over.title)],
    times: over.times ?? 1,
    push: false,
  });

const settled = (): Promise<void> => simulator.account().pushes.whenIdle();

describe('subscribe/send', () => {
  it('subscribe/send sends what was granted, as often as it was granted', async () => {
    await start();
    await grant({ times: 2 });

    expect(await inTurn(3, send)).toEqual([0, 0, 43101]);
    expect(simulator.grants(openid())).toEqual([]);
    expect(simulator.stats()).toMatchObject({
      accepted: 2,
      byChannel: { subscribe: 2 },
      grants: { holders: 0, left: 0, spent: 2, missing: 1 },
      sends: { total: 3, byErrcode: { 0: 2, 43101: 1 } },
    });
  });

  it('subscribe/send goes on for as long as a long-term grant is not withdrawn', async () => {
    await start();
    const title = '学习进度通知';
    const data = {
      thing1: { value: '公开课' },
      number2: { value: '80' },
      phrase3: { value: '进行中' },
    };
    const progress = () => send({ template_id: templateId(title), data });
    await grant({ title });

    expect(await inTurn(3, progress)).toEqual([0, 0, 0]);
    await simulator.grant({
      openids: [openid()],
      templateIds: [templateId(title)],
      answer: 'withdraw',
    });
    expect(await inTurn(1, progress)).toEqual([43101]);
  });

  it('subscribe/send answers an exact msgid as a bare number, or none', async () => {
    await start();
    await grant({ times: 2 });
    const { text } = await send();
    expect(text).toMatch(/^\{"errcode":0,"errmsg":"ok","msgid":\d{17,19}\}$/);
    expect(simulator.ledger().items[0]?.messages[0]?.msgid).toBe(/"msgid":(\d+)/.exec(text)?.[1]);

    simulator.putAccount({ subscriptions: { withoutMsgid: true } });
    expect((await send()).text).toBe('{"errcode":0,"errmsg":"ok"}');
  });

  it('subscribe/send keeps what a message carried for everybody to read', async () => {
    await start();
    await grant();
    await send({ page: 'pages/course?id=1', miniprogram_state: 'trial', lang: 'en_US' });

    expect(simulator.ledger({ openid: openid() }).items).toMatchObject([
      {
        seen: 1,
        messages: [
          {
            channel: 'subscribe',
            templateId: templateId(),
            content: {
              values: { thing1: '秋季公开课', time2: '2026-11-28 19:30', thing3: '报告厅' },
              extras: { page: 'pages/course?id=1', miniprogram_state: 'trial', lang: 'en_US' },
            },
          },
        ],
      },
    ]);
  });

  it('subscribe/send wants data that is an object of texts of the right types', async () => {
    await start();
    await grant();
    const faultOf = async (data: unknown): Promise<string> => {
      const { json } = await send({ data });
      expect(json['errcode']).toBe(47003);
      return String(json['errmsg']).replace(/ rid: .*/, '');
    };

    expect(await faultOf(JSON.stringify(words))).toBe(
      'argument invalid! data.thing1.value is empty',
    );
    expect(await faultOf({ ...words, thing1: '课' })).toBe(
      'argument invalid! data.thing1.value is empty',
    );
    expect(await faultOf({ ...words, thing3: { value: 3 } })).toBe(
      'argument invalid! data.thing3.value is empty',
    );
    expect(await faultOf({ ...words, time2: { value: '明天' } })).toBe(
      'argument invalid! data.time2.value invalid',
    );
    expect(simulator.grants(openid())).toEqual([{ templateId: templateId(), count: 1 }]);
  });

  it('subscribe/send takes of an enum field only the values in its list', async () => {
    await start();
    const title = '会议通知';
    await grant({ title });
    const meeting = (form: string) =>
      send({
        template_id: templateId(title),
        data: {
          date2: { value: '2026-11-28' },
          enum_string4: { value: form },
          name1: { value: '张三' },
        },
      });
    const { json } = await meeting('别处');
    expect(json['errcode']).toBe(47003);
    expect(json['errmsg']).toContain('data.enum_string4.value inv');
    expect(await errcodes(meeting('线下'))).toEqual([0]);
  });

  it('subscribe/send says what else is wrong with a message', async () => {
    await start({ miniProgram: { pages: ['pages/index'] }, followers: 5 });
    await grant({ times: 2 });

    expect(await inTurn(1, () => send({ touser: 'o'.repeat(28) }))).toEqual([40003]);
    expect(await errcodes(send({ template_id: 'x' }))).toEqual([40037]);
    expect(await errcodes(send({ page: 'pages/other' }))).toEqual([41030]);
    expect(await errcodes(send({ miniprogram_state: 'released' }))).toEqual([40097]);
    expect(await errcodes(send({ lang: 'de_DE' }))).toEqual([40097]);
    expect(await errcodes(send({ page: 'pages/index?from=notice' }))).toEqual([0]);
    expect(await errcodes(withToken('POST', SUBSCRIBE))).toEqual([44002]);
  });

  it('subscribe/send refuses those who want nothing of the account, and tokens of the other kind', async () => {
    await start({ population: { blocking: 1 } });
    await grant();
    expect(await errcodes(send())).toEqual([43101]);

    simulator.putAccount({ appid: 'wx00000000000000ff', kind: 'service' });
    const { value } = simulator.tokens.issueStable(simulator.account('wx00000000000000ff'));
    expect(await errcodes(call('POST', `${SUBSCRIBE}?access_token=${value}`, notice()))).toEqual([
      48001,
    ]);
    expect(
      await errcodes(
        withToken('POST', BIZSEND, notice()),
        withToken('POST', '/cgi-bin/message/template/send', notice()),
        withToken('GET', '/cgi-bin/user/get'),
      ),
    ).toEqual([48001, 48001, 48001]);
  });

  it('subscribe/send sends one message at a time to one person, and to others meanwhile', async () => {
    await start({ sending: { latencyMinMs: 100, latencyMaxMs: 100 } });
    await Promise.all([grant({ times: 2 }), grant({ index: 1 })]);
    const both = await errcodes(send(), send(), send({ touser: openid(1) }));

    expect(both.filter((code) => code === 43108)).toHaveLength(1);
    expect(both.filter((code) => code === 0)).toHaveLength(2);
    expect(await errcodes(send())).toEqual([0]);

    simulator.putAccount({ subscriptions: { concurrentErrcode: 0 } });
    await grant({ times: 2 });
    expect(await errcodes(send(), send())).toEqual([0, 0]);
  });

  it('subscribe/send has a quota of its own for the day', async () => {
    await start({ sending: { dailyLimit: 2 } });
    await grant({ times: 3 });
    expect(await inTurn(3, send)).toEqual([0, 0, 45009]);
    const { json } = await withToken('POST', '/cgi-bin/openapi/quota/get', {
      cgi_path: SUBSCRIBE,
    });
    expect(json['quota']).toEqual({ daily_limit: 2, used: 2, remain: 0 });
  });

  it('subscribe/send meets the faults that are written for sends', async () => {
    await start();
    await grant();
    simulator.addFault({
      when: { openids: [openid()], times: 1 },
      fault: { kind: 'errcode', errcode: 45168 },
    });
    simulator.addFault({
      when: { path: SUBSCRIBE, times: 1 },
      fault: { kind: 'drop', accepted: true },
    });
    expect(await errcodes(send())).toEqual([45168]);
    await expect(send()).rejects.toThrow();

    expect(simulator.stats()).toMatchObject({ accepted: 1, sends: { unanswered: 1 } });
    expect(simulator.grants(openid())).toEqual([]);
  });
});

describe('the outcome of a subscription message', () => {
  const format = async (patch: AccountPatch): Promise<{ body: string; msgid: string }> => {
    const heard = await startHeard(patch);
    await grant();
    const { text } = await send();
    await settled();
    expect(heard.pushes).toHaveLength(1);
    return { body: heard.pushes[0]?.body ?? '', msgid: /"msgid":(\d+)/.exec(text)?.[1] ?? '' };
  };

  it('the outcome of a subscription message is pushed as XML', async () => {
    const { body, msgid } = await format({ callback: { format: 'xml' } });
    expect(body).toContain(
      `<Event><![CDATA[subscribe_msg_sent_event]]></Event><SubscribeMsgSentEvent><List><TemplateId><![CDATA[${templateId()}]]></TemplateId><MsgID>${msgid}</MsgID><ErrorCode>0</ErrorCode><ErrorStatus><![CDATA[success]]></ErrorStatus></List></SubscribeMsgSentEvent></xml>`,
    );
    expect(field(body, 'FromUserName')).toBe(openid());
  });

  it('the outcome of a subscription message is pushed as JSON with one object and numbers as texts', async () => {
    const { body, msgid } = await format({ callback: { format: 'json' } });
    expect(JSON.parse(body)).toEqual({
      ToUserName: simulator.account().settings.ghId,
      FromUserName: openid(),
      CreateTime: expect.stringMatching(/^\d{10}$/),
      MsgType: 'event',
      Event: 'subscribe_msg_sent_event',
      List: { TemplateId: templateId(), MsgID: msgid, ErrorCode: '0', ErrorStatus: 'success' },
    });
    expect(simulator.ledger().items[0]?.messages[0]?.receiptsAnswered).toBe(1);
  });

  it.each([
    ['compatible', 'xml'],
    ['compatible', 'json'],
    ['safe', 'xml'],
    ['safe', 'json'],
  ] as const)(
    'the outcome of a subscription message is sealed in the mode %s, in %s',
    async (mode: CallbackMode, dialect) => {
      const { body, msgid } = await format({ callback: { mode, format: dialect } });
      const sealed =
        dialect === 'xml'
          ? field(body, 'Encrypt')
          : (JSON.parse(body) as { Encrypt: string }).Encrypt;
      const plain = decrypt(sealed ?? '', simulator.account().appid);
      expect(plain).toContain('subscribe_msg_sent_event');
      expect(plain).toContain(msgid);
      expect(body.includes(msgid)).toBe(mode === 'compatible');
    },
  );

  it('the outcome of a subscription message can be a failure of WeChat’s own', async () => {
    const { body } = await format({
      population: { failing: 1 },
      subscriptions: { failedErrorCode: 20001 },
    });
    expect([field(body, 'ErrorCode'), field(body, 'ErrorStatus')]).toEqual([
      '20001',
      'failed: system failed',
    ]);
    expect(simulator.stats()).toMatchObject({ accepted: 1, seen: 0, failed: 1 });
  });

  it('the outcome of a subscription message may come before the answer, twice, or under the msgid 0', async () => {
    const heard = await startHeard({ receipts: { early: 1, twice: 1, zeroMsgid: 1 } });
    await grant();
    await send();
    expect(heard.pushes).toHaveLength(1);
    await settled();
    expect(heard.pushes.map(({ body }) => field(body, 'MsgID'))).toEqual(['0', '0']);
  });
});

describe('grants', () => {
  it('grants are told of in one event for each question, each in a second of its own', async () => {
    const heard = await startHeard();
    const told = await simulator.grant({
      openids: [openid(0), openid(1)],
      templateIds: [templateId()],
      times: 3,
    });

    expect(told).toEqual({ pushed: 6, answeredWell: 6 });
    expect(simulator.stats().grants).toMatchObject({ holders: 2, left: 6 });
    const ofFirst = heard.pushes
      .map(({ body }) => body)
      .filter((body) => field(body, 'FromUserName') === openid());
    expect(new Set(ofFirst.map((body) => field(body, 'CreateTime'))).size).toBe(3);
    expect(ofFirst[0]).toContain(
      `<SubscribeMsgPopupEvent><List><TemplateId><![CDATA[${templateId()}]]></TemplateId><SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>0</PopupScene></List></SubscribeMsgPopupEvent>`,
    );
  });

  it('grants for several templates come in one JSON list', async () => {
    const heard = await startHeard({ callback: { format: 'json' } });
    const templateIds = [templateId(), templateId('会议通知')];
    await simulator.grant({ openids: [openid()], templateIds, answer: 'reject', popupScene: 2 });

    const event = JSON.parse(heard.pushes[0]?.body ?? '') as Json;
    expect(event['List']).toEqual(
      templateIds.map((TemplateId) => ({
        TemplateId,
        SubscribeStatusString: 'reject',
        PopupScene: '2',
      })),
    );
    expect(simulator.grants(openid())).toEqual([]);
  });

  it('grants that are withdrawn are told of as changes, under the other name if so set', async () => {
    const heard = await startHeard();
    await grant();
    const withdraw = () =>
      simulator.grant({ openids: [openid()], templateIds: [templateId()], answer: 'withdraw' });
    await withdraw();
    simulator.putAccount({ subscriptions: { mislabelledChanges: true } });
    await withdraw();

    const [right, wrong] = heard.pushes.map(({ body }) => body);
    expect(right).toContain(
      `<Event><![CDATA[subscribe_msg_change_event]]></Event><SubscribeMsgChangeEvent><List><TemplateId><![CDATA[${templateId()}]]></TemplateId><SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString></List></SubscribeMsgChangeEvent>`,
    );
    expect(wrong).toContain('<SubscribeMsgPopupEvent><List>');
    expect(simulator.grants(openid())).toEqual([]);
  });

  it('grants can be given and read over the control endpoints', async () => {
    await start();
    await call('POST', '/__grants', {
      openids: [openid()],
      templateIds: [templateId()],
      times: 2,
      push: false,
    });
    const { json } = await call('GET', `/__grants?openid=${openid()}`);
    expect(json['items']).toEqual([{ templateId: templateId(), count: 2 }]);

    const refusals = await Promise.all([
      call('POST', '/__grants', { openids: ['nobody'], templateIds: [templateId()] }),
      call('POST', '/__grants', { openids: [openid()], templateIds: [], answer: 'maybe' }),
      call('POST', '/__grants', { templateIds: [templateId()] }),
      call('GET', '/__grants'),
    ]);
    expect(refusals.map(({ json: { error } }) => error)).toEqual([
      expect.stringContaining('nobody'),
      'answer must be one of accept, reject, withdraw',
      'openids must be a list',
      'openid must be text',
    ]);
  });
});

describe('the templates for subscriptions', () => {
  const list = async (): Promise<Json[]> =>
    (await withToken('GET', '/wxaapi/newtmpl/gettemplate')).json['data'] as Json[];

  it('the templates for subscriptions are listed with their type and the values of their enum fields', async () => {
    await start();
    const templates = await list();

    expect(templates.map(({ title, type }) => [title, type])).toEqual([
      ['上课提醒', 2],
      ['会议通知', 2],
      ['学习进度通知', 3],
    ]);
    expect(templates[0]).toEqual({
      priTmplId: templateId(),
      title: '上课提醒',
      content: expect.stringContaining('{{thing1.DATA}}'),
      example: expect.stringContaining('秋季公开课'),
      type: 2,
    });
    expect(templates[1]?.['keywordEnumValueList']).toEqual([
      { keywordCode: 'enum_string4.DATA', enumValueList: ['线上', '线下'] },
    ]);
  });

  it('the templates for subscriptions are added and deleted by the account, or replaced over the control endpoint', async () => {
    await start();
    const added = await withToken('POST', '/wxaapi/newtmpl/addtemplate', {
      tid: '401',
      kidList: [1, 2],
      sceneDesc: '测试',
    });
    expect((await list()).map(({ priTmplId }) => priTmplId)).toContain(added.json['priTmplId']);
    const { priTmplId } = added.json;
    const remove = () => withToken('POST', '/wxaapi/newtmpl/deltemplate', { priTmplId });
    expect(await inTurn(2, remove)).toEqual([0, 40037]);

    const replace = [{ title: '唯一', content: '事项:{{thing1.DATA}}', type: 3 }];
    await call('POST', '/__subscription-templates', { replace });
    expect((await list()).map(({ title, type }) => [title, type])).toEqual([['唯一', 3]]);
    const { json } = await call('POST', '/__subscription-templates', {
      add: [{ title: '二', content: '', type: 1 }],
    });
    expect(json['error']).toBe('type must be one of 2, 3');
  });
});

describe('a service account', () => {
  it('a service account sends subscription notices against grants, and hears their outcome', async () => {
    const heard = await startHeard({ kind: 'service' });
    await grant();
    const bizsend = () =>
      withToken('POST', BIZSEND, notice({ page: 'https://example.com', lang: 'zh_CN' }));

    expect(await inTurn(2, bizsend)).toEqual([0, 43101]);
    await settled();
    expect(heard.pushes.map(({ body }) => field(body, 'Event'))).toEqual([
      'subscribe_msg_sent_event',
    ]);
    expect(simulator.ledger().items[0]?.messages[0]).toMatchObject({
      channel: 'bizsend',
      content: { extras: { page: 'https://example.com', lang: 'zh_CN' } },
    });
    expect(await errcodes(withToken('POST', SUBSCRIBE, notice()))).toEqual([48001]);
  });

  it('a service account sends one message for an occasion that was agreed to', async () => {
    const heard = await startHeard({ kind: 'service' });
    const oneTime = (over: Json = {}) =>
      withToken('POST', ONE_TIME, {
        touser: openid(),
        template_id: 'T',
        scene: '1000',
        title: '开课提醒',
        url: 'https://example.com',
        data: { content: { value: '明晚七点半', color: '#173177' } },
        ...over,
      });
    simulator.grantScene({ openids: [openid()], scene: 1_000 });

    expect(await errcodes(oneTime({ scene: '1001' }))).toEqual([43101]);
    expect(await errcodes(oneTime({ scene: '10001' }))).toEqual([40097]);
    expect(await errcodes(oneTime({ title: '长'.repeat(16) }))).toEqual([45002]);
    expect(await errcodes(oneTime({ data: { content: { value: '长'.repeat(201) } } }))).toEqual([
      45002,
    ]);
    expect(await errcodes(oneTime({ data: {} }), oneTime({ title: '' }))).toEqual([47003, 47003]);
    const { text } = await oneTime();
    expect(text).toBe('{"errcode":0,"errmsg":"ok"}');
    expect(await errcodes(oneTime())).toEqual([43101]);

    await settled();
    expect(heard.pushes).toEqual([]);
    expect(simulator.ledger().items[0]?.messages).toMatchObject([
      {
        channel: 'one-time',
        content: {
          values: { content: '明晚七点半' },
          url: 'https://example.com',
          extras: { scene: '1000', title: '开课提醒' },
        },
      },
    ]);
    await call('POST', '/__scenes', { openids: [openid()], scene: 7, times: 2 });
    expect(await errcodes(oneTime({ scene: 7 }))).toEqual([0]);
    simulator.putAccount({ population: { blocking: 1 } });
    expect(await errcodes(oneTime({ scene: 7 }))).toEqual([43101]);
  });
});

describe('wxopen/template/send', () => {
  const wxopen = (formId: string | undefined, over: Json = {}): Promise<Answer> =>
    withToken('POST', WXOPEN, {
      touser: openid(),
      template_id: simulator.account().templates.byTitle('课程开课提醒').templateId,
      page: 'pages/index',
      form_id: formId,
      data: { keyword1: { value: '张三' } },
      emphasis_keyword: 'keyword1.DATA',
      ...over,
    });
  const alive = (patch: AccountPatch = {}): Promise<void> =>
    start({ ...patch, miniProgram: { wxopen: true, ...patch.miniProgram } });
  const issued = (over: Partial<Parameters<Simulator['issueFormIds']>[0]> = {}): string =>
    simulator.issueFormIds({ openids: [openid()], ...over })[0]?.formId ?? '';

  it('wxopen/template/send is retired', async () => {
    await start();
    const { json } = await wxopen(issued());
    expect(json['errcode']).toBe(45103);
    expect(json['errmsg']).toMatch(/^This API has been unsupported rid: /);
  });

  it('wxopen/template/send sends one message with a form_id when it is brought back, and three with a payment', async () => {
    await alive();
    const [form, prepay] = [issued(), issued({ kind: 'prepay' })];

    expect((await wxopen(form)).text).toBe('{"errcode":0,"errmsg":"ok"}');
    expect(await errcodes(wxopen(form))).toEqual([41029]);
    expect(await inTurn(4, () => wxopen(prepay))).toEqual([0, 0, 0, 41029]);
    expect(simulator.ledger().items[0]?.messages[0]).toMatchObject({
      channel: 'wxopen-template',
      content: {
        values: { keyword1: '张三' },
        extras: { page: 'pages/index', emphasis_keyword: 'keyword1.DATA' },
      },
    });
  });

  it('wxopen/template/send refuses form_ids that are expired, used, mocks or somebody else’s', async () => {
    await alive();
    const [expired, used] = [issued({ ageMs: FORM_ID_LIFE_MS }), issued({ used: true })];
    const others = issued({ openids: [openid(1)] });

    expect(
      await errcodes(
        wxopen(expired),
        wxopen(used),
        wxopen(MOCK_FORM_ID),
        wxopen(undefined),
        wxopen(others),
      ),
    ).toEqual([41028, 41029, 41028, 41028, 41028]);
    expect(simulator.stats()).toMatchObject({
      accepted: 0,
      formIds: {
        issued: 3,
        live: 1,
        used: 0,
        usedTwiceAttempts: 0,
        refused: { 41028: 4, 41029: 1 },
      },
    });
  });

  it('wxopen/template/send never uses a form_id twice, however many try at once, and tells who tried', async () => {
    await alive({ sending: { latencyMinMs: 0, latencyMaxMs: 20 } });
    const form = issued();
    const codes = await errcodes(...Array.from({ length: 20 }, () => wxopen(form)));

    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    expect(simulator.stats()).toMatchObject({
      accepted: 1,
      formIds: {
        issued: 1,
        live: 0,
        used: 1,
        uses: 1,
        presentedTooOften: 1,
        usedTwiceAttempts: 19,
      },
    });
    expect(simulator.stats().formIds.usedTwice[0]).toMatchObject({
      formId: form,
      openid: openid(),
      sameMessage: true,
    });
    expect(simulator.formIds(openid())).toMatchObject([{ formId: form, uses: 1, presented: 20 }]);
  });

  it('wxopen/template/send leaves the form_id good when it refuses for another reason', async () => {
    await alive({ miniProgram: { pages: ['pages/index'] } });
    const form = issued();
    simulator.addFault({ when: { times: 1 }, fault: { kind: 'errcode', errcode: 41031 } });

    expect(await errcodes(wxopen(form))).toEqual([41031]);
    expect(await errcodes(wxopen(form, { page: 'pages/none' }))).toEqual([41030]);
    expect(await errcodes(wxopen(form, { template_id: 'x' }))).toEqual([40037]);
    expect(await errcodes(wxopen(form))).toEqual([0]);
  });

  it('wxopen/template/send has used the form_id when only its answer was lost', async () => {
    await alive();
    const form = issued();
    simulator.addFault({ when: { times: 1 }, fault: { kind: 'drop', accepted: true } });

    await expect(wxopen(form)).rejects.toThrow();
    expect(await errcodes(wxopen(form))).toEqual([41029]);
    expect(simulator.stats()).toMatchObject({ accepted: 1, seen: 1 });
  });

  it('wxopen/template/send is for mini programs, whose form_ids can be issued over the control endpoint', async () => {
    await alive();
    const { json } = await call('POST', '/__form-ids', {
      openids: [openid(), openid(1)],
      count: 3,
      kind: 'prepay',
    });
    expect(json['items']).toHaveLength(6);
    const read = await call('GET', `/__form-ids?openid=${openid(1)}`);
    expect(read.json['items']).toMatchObject([
      { kind: 'prepay', expired: false, uses: 0 },
      { uses: 0 },
      { uses: 0 },
    ]);

    simulator.putAccount({
      appid: 'wx00000000000000ff',
      kind: 'service',
      miniProgram: { wxopen: true },
    });
    const { value } = simulator.tokens.issueStable(simulator.account('wx00000000000000ff'));
    expect(await errcodes(call('POST', `${WXOPEN}?access_token=${value}`, {}))).toEqual([48001]);
  });

  it('wxopen/template/send counts anew after a reset, though what is used stays used', async () => {
    await alive();
    const form = issued();
    await inTurn(2, () => wxopen(form));
    simulator.reset();

    expect(simulator.stats()).toMatchObject({ accepted: 0, formIds: { usedTwiceAttempts: 0 } });
    expect(await errcodes(wxopen(form))).toEqual([41029]);
  });
});

describe('a push by hand', () => {
  it('a push by hand may carry several outcomes in one event', async () => {
    const heard = await startHeard({ callback: { format: 'json' } });
    const list = ['1', '2'].map((MsgID) => ({ TemplateId: templateId(), MsgID, ErrorCode: 0 }));
    await call('POST', '/__push', { event: 'subscribe_msg_sent_event', list });
    expect(JSON.parse(heard.pushes[0]?.body ?? '')).toMatchObject({
      List: [
        { MsgID: '1', ErrorCode: '0' },
        { MsgID: '2', ErrorCode: '0' },
      ],
    });

    const { json } = await call('POST', '/__push', { event: 'subscribe', list });
    expect(json['error']).toBe('the event subscribe carries no list');
  });
});

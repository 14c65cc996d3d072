import { sql } from 'kysely';
import { ExpandService } from '../../../src/broadcast/engine/expand/expand.service.js';
import { TableStatistics } from '../../../src/broadcast/engine/storage/table-statistics.js';
import { Lane } from '../../../src/broadcast/engine/record/lane.js';
import type { Answer } from '../../support/worlds/api-app.js';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

const NOTICE = 'sub-course';
const FIELDS = { thing1: '王老师', time2: '2026-12-01 08:00' };
const OPENIDS = { kind: 'openids', openids: ['oA'] };

/** What each channel takes, of which account, with which templates and for whom. */
describe('the channels of POST /v1/broadcasts', () => {
  let world: BroadcastApiWorld;
  let service: TestAccount;
  let app: TestAccount;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open({ wxopenTemplate: true });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    service = await world.account();
    app = await world.account('mini_program');
    for (const { id } of [service, app])
      await sql`
        insert into template (account_id, template_id, family, title, content, example,
          primary_industry, deputy_industry, changed_at)
        values (${id}, ${NOTICE}, 'subscription', '上课提醒',
          ${'讲师:{{thing1.DATA}}\n时间:{{time2.DATA}}'}, '', '', '', clock_now())`.execute(
        world.db,
      );
  });

  type Request = Record<string, unknown>;
  const bodies: Record<string, () => Request> = {
    template: () => ({ appid: service.appid, templateId: TEMPLATE, fields: FIELDS }),
    subscribe: () => ({ appid: app.appid, templateId: NOTICE, fields: FIELDS }),
    bizsend: () => ({ appid: service.appid, templateId: NOTICE, fields: FIELDS }),
    'one-time': () => ({
      appid: service.appid,
      templateId: 'any',
      fields: { content: '您的座位已预留' },
      scene: '7',
      title: '预约成功',
    }),
    'wxopen-template': () => ({
      appid: app.appid,
      templateId: 'any',
      fields: { keyword1: '秋季公开课' },
    }),
  };
  const create = (channel: string, change: Request = {}): Promise<Answer> =>
    world.post('/v1/broadcasts', { channel, audience: OPENIDS, ...bodies[channel]!(), ...change });
  const codeOf = ({ status, json }: Answer): string =>
    `${status} ${(json as { code?: string }).code ?? 'created'}`;
  const faultsOf = ({ json }: Answer): string[] =>
    (json as { errors: { path: string; code: string }[] }).errors.map(
      ({ path, code }) => `${path} ${code}`,
    );

  it.each<[string, string, Request]>([
    ['template', 'client_msg_id', { url: 'https://example.com' }],
    [
      'subscribe',
      'none',
      { page: 'pages/index/index?id=1', miniprogramState: 'trial', lang: 'zh_TW' },
    ],
    ['bizsend', 'none', { page: 'https://example.com/a', lang: 'en_US' }],
    ['one-time', 'none', { url: 'https://example.com' }],
    ['wxopen-template', 'form_id', { page: 'index', emphasisKeyword: 'keyword1.DATA' }],
  ])(
    'the channel %s takes what is its own, and is shown with its protection',
    async (channel, ...rest) => {
      const [protection, members] = rest;
      const { status, json } = await create(channel, members);
      expect([status, json]).toMatchObject([202, { channel, protection, ...members }]);
      const { id } = json as { id: string };
      expect((await world.get(`/v1/broadcasts/${id}`)).json).toMatchObject({ protection });
      const { audience: _, ...body } = { channel, audience: OPENIDS, ...bodies[channel]!() };
      const message = await world.post('/v1/messages', { ...body, openid: 'oA', ...members });
      expect(message.json).toMatchObject({ channel, ...members });
    },
  );

  it.each<[string, Request, string[]]>([
    ['template', { page: 'index', scene: '1' }, ['page', 'scene']],
    [
      'subscribe',
      { url: 'https://example.com', emphasisKeyword: 'thing1' },
      ['url', 'emphasisKeyword'],
    ],
    ['bizsend', { title: '标题' }, ['title']],
    ['one-time', { lang: 'zh_CN', miniprogramState: 'trial' }, ['miniprogramState', 'lang']],
    ['wxopen-template', { miniprogram: { appid: 'wx00000000000000aa' } }, ['miniprogram']],
  ])(
    'the channel %s refuses by name what it would leave unread',
    async (channel, members, paths) => {
      const answer = await create(channel, members);
      expect(codeOf(answer)).toBe('422 not_for_channel');
      expect(faultsOf(answer)).toEqual(paths.map((path) => `${path} not_for_channel`));
    },
  );

  it.each(['template', 'bizsend', 'one-time'])(
    'the channel %s is not for mini programs',
    async (channel) => {
      const answer = await create(channel, { appid: app.appid });
      expect(codeOf(answer)).toBe('422 channel_not_for_account');
      expect(answer.json).toMatchObject({ available: ['subscribe', 'wxopen-template'] });
    },
  );

  it.each(['subscribe', 'wxopen-template'])(
    'the channel %s is not for service accounts',
    async (channel) => {
      const answer = await create(channel, { appid: service.appid });
      expect(codeOf(answer)).toBe('422 channel_not_for_account');
      expect(answer.json).toMatchObject({ available: ['template', 'bizsend', 'one-time'] });
    },
  );

  it('POST /v1/broadcasts takes no channel but those that there are', async () => {
    expect(codeOf(await create('template', { channel: 'sms' }))).toBe('400 invalid_request');
  });

  it.each([
    ['template', NOTICE],
    ['bizsend', TEMPLATE],
    ['subscribe', TEMPLATE],
  ])('the channel %s refuses a template of the other list', async (channel, templateId) => {
    const answer = await create(channel, { templateId });
    expect(codeOf(answer)).toBe('422 template_not_for_channel');
    expect(faultsOf(answer)).toEqual(['templateId template_not_for_channel']);
  });

  it.each<[string, string, Request, string]>([
    [
      'a page that is an address',
      'subscribe',
      { page: 'https://example.com' },
      'page page_invalid',
    ],
    ['a page of dots', 'wxopen-template', { page: '../x' }, 'page page_invalid'],
    ['no scene', 'one-time', { scene: undefined }, 'scene required'],
    ['no title', 'one-time', { title: undefined }, 'title required'],
    ['no content', 'one-time', { fields: {} }, 'fields.content required'],
    [
      'a long content',
      'one-time',
      { fields: { content: '长'.repeat(201) } },
      'fields.content field_too_long',
    ],
    [
      'another field',
      'one-time',
      { fields: { content: 'x', more: 'y' } },
      'fields.more field_unknown',
    ],
    [
      'a value that is no text',
      'wxopen-template',
      { fields: { keyword1: 1 } },
      'fields.keyword1 field_not_text',
    ],
    [
      'a keyword that is not there',
      'wxopen-template',
      { emphasisKeyword: 'keyword2' },
      'emphasisKeyword field_unknown',
    ],
    [
      'a value that its template refuses',
      'subscribe',
      { fields: { ...FIELDS, thing1: '长'.repeat(21) } },
      'fields.thing1 field_too_long',
    ],
  ])('POST /v1/broadcasts refuses %s', async (_, channel, change, fault) => {
    const answer = await create(channel, change);
    expect(codeOf(answer)).toBe('422 fields_invalid');
    expect(faultsOf(answer)).toContain(fault);
  });

  it.each<[string, Request]>([
    ['a title of sixteen characters', { title: '题'.repeat(16) }],
    ['a scene that is a number', { scene: 7 }],
    ['a scene beyond 10000', { scene: '10001' }],
  ])('POST /v1/broadcasts refuses %s before anything else', async (_, change) => {
    expect(codeOf(await create('one-time', change))).toBe('400 invalid_request');
  });

  it('POST /v1/broadcasts takes no text with slots where the template is unknown', async () => {
    const answer = await create('wxopen-template', {
      fields: undefined,
      content: '{{keyword1.x}}',
    });
    expect(codeOf(answer)).toBe('422 not_for_channel');
    expect(faultsOf(answer)).toEqual(['content not_for_channel']);
  });

  it('a channel keeps what is its own when a draft is changed, and loses what is named null', async () => {
    const { json } = await create('subscribe', { page: 'index?a=1', lang: 'zh_HK', draft: true });
    const { id } = json as { id: string };
    const changed = await world.api.call('PATCH', `/v1/broadcasts/${id}`, { lang: null });
    expect(changed.json).toMatchObject({ page: 'index?a=1', channel: 'subscribe' });
    expect(changed.json).not.toHaveProperty('lang');
  });

  describe('audiences', () => {
    const granted = { audience: { kind: 'granted' } };
    const hasFormId = { audience: { kind: 'hasFormId' } };
    const grant = (account: TestAccount, openid: string, count: number, templateId = NOTICE) =>
      sql`insert into template_grant (account_id, openid, template_id, count, owed, updated_at)
        values (${account.id}, ${openid}, ${templateId}, ${count}, 0, clock_now())`.execute(
        world.db,
      );
    const collect = (openid: string, formId: string, days = 0) =>
      sql`insert into form_id (account_id, openid, form_id, kind, use, collected_at)
        values (${app.id}, ${openid}, ${formId}, 'form', 1, clock_now() - make_interval(days => ${days}))`.execute(
        world.db,
      );
    async function recipients(answer: Answer): Promise<string[]> {
      expect(codeOf(answer)).toBe('202 created');
      const { id } = answer.json as { id: string };
      await new ExpandService(world.db, new Lane(), new TableStatistics(world.db)).expand(id);
      const rows = await world.db
        .selectFrom('delivery')
        .select('openid')
        .where('broadcastId', '=', id)
        .orderBy('openid')
        .execute();
      return rows.map(({ openid }) => openid);
    }

    it.each(['subscribe', 'bizsend'])(
      'the audience granted of the channel %s is the holders of its grants',
      async (channel) => {
        const account = channel === 'subscribe' ? app : service;
        expect(codeOf(await create(channel, granted))).toBe('422 audience_empty');
        await grant(account, 'oTwo', 2);
        await grant(account, 'oNone', 0);
        await grant(account, 'oOther', 1, 'another');
        await grant(channel === 'subscribe' ? service : app, 'oForeign', 1);

        const answer = await create(channel, granted);
        expect(answer.json).toMatchObject(granted);
        expect(await recipients(answer)).toEqual(['oTwo']);
      },
    );

    it('the audience hasFormId is those with a live one, each once', async () => {
      await collect('oOld', 'f-0', 8);
      expect(codeOf(await create('wxopen-template', hasFormId))).toBe('422 audience_empty');
      await collect('oB', 'f-1');
      await collect('oA', 'f-2');
      await collect('oA', 'f-3');
      expect(await recipients(await create('wxopen-template', hasFormId))).toEqual(['oA', 'oB']);
    });

    it.each([
      ['template', granted],
      ['one-time', granted],
      ['wxopen-template', granted],
      ['subscribe', hasFormId],
      ['template', hasFormId],
    ])('an audience of the channel %s is not %j', async (channel, audience) => {
      const answer = await create(channel, audience);
      expect(codeOf(answer)).toBe('422 audience_not_for_channel');
      expect(faultsOf(answer)).toEqual(['audience.kind audience_not_for_channel']);
    });

    it.each(['subscribe', 'wxopen-template'])(
      'an audience of the channel %s is not all followers',
      async (channel) => {
        const answer = await create(channel, { audience: { kind: 'all' } });
        expect(codeOf(answer)).toBe('422 audience_not_for_account');
        expect(answer.text).toContain('是小程序，没有粉丝');
      },
    );

    it('an audience that is empty by then keeps a draft from starting', async () => {
      await grant(app, 'oA', 1);
      const { json } = await create('subscribe', { ...granted, draft: true });
      await sql`update template_grant set count = 0 where account_id = ${app.id}`.execute(world.db);
      const started = await world.post(`/v1/broadcasts/${(json as { id: string }).id}/start`);
      expect(started).toMatchObject({
        status: 422,
        json: {
          code: 'draft_incomplete',
          faults: [{ path: 'audience', code: 'audience_empty' }],
        },
      });
    });
  });
});

describe('the retired channel', () => {
  let world: BroadcastApiWorld;
  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());

  it('the retired channel is off unless it was asked for, and says why in both languages', async () => {
    const { appid } = await world.account('mini_program');
    const body = {
      appid,
      channel: 'wxopen-template',
      templateId: 'any',
      fields: { keyword1: 'x' },
    };
    for (const [path, to] of [
      ['/v1/broadcasts', { audience: { kind: 'hasFormId' } }],
      ['/v1/messages', { openid: 'oA' }],
    ] as const) {
      const { status, json, text } = await world.post(path, { ...body, ...to });
      expect([status, json]).toMatchObject([422, { code: 'channel_retired' }]);
      expect(text).toContain('微信已于 2020-01-10 下线');
      expect(text).toContain('WeChat retired');
    }
  });

  it('the retired channel is marked as deprecated where the API is described', async () => {
    const { json } = await world.get('/openapi.json');
    const { schemas } = (json as { components: { schemas: Record<string, unknown> } }).components;
    expect(schemas['CreateBroadcastDto']).toMatchObject({
      properties: {
        channel: {
          oneOf: [
            { enum: ['template', 'subscribe', 'bizsend', 'one-time'] },
            { enum: ['wxopen-template'], deprecated: true },
          ],
        },
        emphasisKeyword: { deprecated: true },
      },
    });
    expect(schemas['SingleMessageDto']).toMatchObject({
      properties: { channel: { oneOf: [{}, { deprecated: true }] } },
    });
    expect(schemas['FormIdAudienceDto']).toMatchObject({
      properties: { kind: { deprecated: true } },
    });
  });
});

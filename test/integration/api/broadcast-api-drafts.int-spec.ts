import { sql } from 'kysely';
import { ApiKeysService } from '../../../src/access/api-keys.service.js';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

const FIELDS = { thing1: '王老师', time2: '2026-12-01 08:00' };
const OPENIDS = { kind: 'openids', openids: ['oA', 'oB'] };

interface Fault {
  readonly path: string;
  readonly code: string;
  readonly params: Record<string, unknown>;
  readonly zh: string;
  readonly en: string;
}
interface View {
  readonly id: string;
  readonly etag: string;
  readonly faults: readonly Fault[];
  readonly [member: string]: unknown;
}

describe('a draft', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
  });

  const post = (body: object, headers: Record<string, string> = {}) =>
    world.post('/v1/broadcasts', { appid: account.appid, draft: true, ...body }, headers);
  const create = async (body: object = {}): Promise<View> => {
    const { status, json, text } = await post(body);
    if (status !== 202) throw new Error(text);
    return json as View;
  };
  const patch = (id: string, change: unknown, type = 'application/json') =>
    world.api.call('PATCH', `/v1/broadcasts/${id}`, change, {
      authorization: `Bearer ${world.api.adminKey}`,
      'content-type': type,
    });
  const changed = async (id: string, change: object, type?: string): Promise<View> => {
    const { status, json, text } = await patch(id, change, type);
    if (status !== 200) throw new Error(text);
    return json as View;
  };
  const start = (id: string) => world.post(`/v1/broadcasts/${id}/start`);
  const viewOf = async (id: string) => (await world.get(`/v1/broadcasts/${id}`)).json as View;
  const rowOf = (id: string) =>
    world.db.selectFrom('broadcast').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const membersOf = async (id: string) =>
    (
      await world.db
        .selectFrom('broadcastMember')
        .select('openid')
        .where('broadcastId', '=', id)
        .orderBy('openid')
        .execute()
    ).map(({ openid }) => openid);
  const told = ({ faults }: View) => faults.map(({ path, code }) => `${path} ${code}`).sort();

  it('a draft needs its account and nothing else, and tells what it lacks in both languages', async () => {
    const view = await create();
    expect(view).toMatchObject({ state: 'draft', templateId: '', fields: {}, audience: null });
    expect(told(view)).toEqual(['audience required', 'templateId required']);
    for (const { path, zh, en, params } of view.faults) {
      expect(zh).toMatch(/^\p{Script=Han}.*。$/u);
      expect(en).toMatch(/^[A-Za-z ]+\.$/);
      expect(params).toEqual({ path });
    }
    expect(told(await viewOf(view.id))).toEqual(told(view));
  });

  it.each([
    [{}, 400, 'invalid_request'],
    [{ appid: 7 }, 400, 'invalid_request'],
    [{ appid: 'wx-nobody' }, 404, 'account_not_found'],
  ])('a draft without an account of ours is none: %j', async (body, status, code) => {
    const answer = await world.post('/v1/broadcasts', { draft: true, ...body });
    expect(answer).toMatchObject({ status, json: { code } });
  });

  it('a draft that is filled member by member starts once nothing is in its way', async () => {
    const { id } = await create();
    expect(told(await changed(id, { templateId: TEMPLATE }))).toEqual([
      'audience required',
      'fields.thing1 field_missing',
      'fields.time2 field_missing',
    ]);
    expect(told(await changed(id, { audience: OPENIDS }))).toHaveLength(2);
    expect(await start(id)).toMatchObject({
      status: 422,
      json: {
        code: 'draft_incomplete',
        faults: [{ path: 'fields.thing1' }, { path: 'fields.time2' }],
      },
    });
    expect((await viewOf(id))['state']).toBe('draft');
    const whole = await changed(id, { fields: FIELDS });
    expect(whole).toMatchObject({ faults: [], fields: FIELDS, audience: { count: 2 } });
    expect(await start(id)).toMatchObject({ status: 200, json: { state: 'running' } });
    expect(await membersOf(id)).toEqual(['oA', 'oB']);
  });

  it.each([
    ['templateId', 7, 'matches'],
    ['templateId', 'nope', 'template_not_found'],
    ['fields', 'text', 'is_object'],
    ['url', 'ftp://x', 'is_url'],
    ['startAt', 'next Friday', 'instant'],
    ['startAt', '2020-01-01T00:00:00Z', 'in_the_past'],
    ['sendHours', { from: '25:00', to: '08:00' }, 'matches'],
    ['canary', { first: 0 }, 'min'],
    ['sendsPerSecond', 'fast', 'max'],
    ['name', '', 'is_length'],
    ['audience', 'everybody', 'is_object'],
    ['audience', { kind: 'tags', any: ['x'] }, 'tag_not_found'],
    ['audience', { kind: 'all' }, 'followers_not_synced'],
    ['audience', { kind: 'openids', openids: ['bad openid', 'oA'] }, 'openid_invalid'],
    ['channel', 'subscribe', 'channel_not_for_account'],
    ['exclude', { tags: ['x'] }, 'not_available_yet'],
  ])('a draft keeps a %s of %j as it was given, and says %s', async (member, value, code) => {
    const body = { templateId: TEMPLATE, fields: FIELDS, audience: OPENIDS, [member]: value };
    const { id, faults } = await create(body);
    expect(faults.map((fault) => fault.code)).toContain(code);
    expect(faults.every(({ path }) => path.startsWith(member))).toBe(true);
    const view = await viewOf(id);
    const shown = { ...view, ...(view['asGiven'] as object) } as Record<string, unknown>;
    expect(shown[member]).toEqual(
      member === 'startAt' && code === 'in_the_past' ? '2020-01-01T00:00:00.000Z' : value,
    );
    expect(await start(id)).toMatchObject({ status: 422, json: { code: 'draft_incomplete' } });
    // Mended, nothing of it is left.
    if (member === 'channel' || member === 'exclude') return;
    const mended = member in body && { templateId: TEMPLATE, fields: FIELDS, audience: OPENIDS };
    const by = { ...(mended as Record<string, unknown>) }[member] ?? null;
    expect(await changed(id, { [member]: by })).toMatchObject({ faults: [] });
    expect((await rowOf(id)).draft).toBeNull();
    expect((await start(id)).status).toBe(200);
  });

  it('a draft tells all that is in the way at once, not the first of it', async () => {
    const view = await create({
      templateId: TEMPLATE,
      fields: { thing1: '字'.repeat(21), time2: 'tomorrow', more: 'x' },
      url: 'nowhere',
      startAt: '2020-01-01T00:00:00Z',
      audience: { kind: 'all' },
      page: 'x y',
    });
    expect(told(view)).toEqual([
      'audience followers_not_synced',
      'fields.more field_unknown',
      'fields.thing1 field_too_long',
      'fields.time2 field_bad_time',
      'page matches',
      'startAt in_the_past',
      'url is_url',
    ]);
    expect(view.faults.find(({ code }) => code === 'field_too_long')?.params).toEqual({
      field: 'thing1',
      name: 'thing1',
      limit: 20,
      length: 21,
    });
  });

  it('a list of recipients that a draft had is gone once it is given another audience, whatever that is', async () => {
    const { id } = await create({ templateId: TEMPLATE, fields: FIELDS, audience: OPENIDS });
    await changed(id, { audience: { kind: 'tags', any: ['x'] } });
    expect(await membersOf(id)).toEqual([]);
    expect((await rowOf(id)).audience).toMatchObject({ kind: 'openids', count: 0 });
    expect(await changed(id, { audience: null })).toMatchObject({ audience: null });
  });

  it('a draft refuses what is no member of a broadcast, and what is too long to be part of one', async () => {
    const { id } = await create();
    expect(await patch(id, { template_id: 'x' })).toMatchObject({
      status: 400,
      json: { errors: [{ path: 'template_id', code: 'unknown_field' }] },
    });
    expect(await patch(id, { appid: 'wx1' })).toMatchObject({ status: 400 });
    expect(await patch(id, [])).toMatchObject({ status: 400 });
    expect(await patch(id, { url: 'x'.repeat(200_000) })).toMatchObject({
      status: 413,
      json: { code: 'draft_too_large' },
    });
    const audience = { kind: 'openids', openids: Array(500).fill('bad openid') };
    expect(await patch(id, { audience })).toMatchObject({
      status: 400,
      json: { code: 'openids_invalid' },
    });
    expect(told(await viewOf(id))).toEqual(['audience required', 'templateId required']);
  });

  it('a merge patch reaches into the fields, and takes away what it names with null', async () => {
    const { id } = await create({ templateId: TEMPLATE, fields: FIELDS, audience: OPENIDS });
    const type = 'application/merge-patch+json';
    expect(await changed(id, { fields: { thing1: '李老师' } }, type)).toMatchObject({
      fields: { ...FIELDS, thing1: '李老师' },
      faults: [],
    });
    const less = await changed(id, { fields: { time2: null } }, `${type}; charset=utf-8`);
    expect(less.fields).toEqual({ thing1: '李老师' });
    expect(told(less)).toEqual(['fields.time2 field_missing']);
    // As plain JSON the fields stand in place of the former ones.
    expect((await changed(id, { fields: { time2: FIELDS.time2 } })).fields).toEqual({
      time2: FIELDS.time2,
    });
    expect(
      await world.api.call('POST', '/v1/broadcasts', '{}', {
        authorization: `Bearer ${world.api.adminKey}`,
        'content-type': type,
      }),
    ).toMatchObject({ status: 415 });
  });

  it('a text whose template comes later is read at the start, and sent as it was written', async () => {
    const content =
      '{{first.你好}}\n讲师：{{thing1.甲}}\n时间：{{time2.2026-12-01 08:00}}\n{{remark.再见}}';
    const { id, faults } = await create({ content, audience: OPENIDS });
    expect(faults.map(({ path }) => path)).toEqual(['templateId']);
    expect((await viewOf(id))['asGiven']).toEqual({ content });
    await changed(id, { templateId: TEMPLATE });
    expect(await start(id)).toMatchObject({
      status: 200,
      json: { fields: { first: '你好', thing1: '甲', remark: '再见' } },
    });
    expect(await rowOf(id)).toMatchObject({
      draft: null,
      message: {
        fields: { first: '你好', thing1: '甲', time2: '2026-12-01 08:00', remark: '再见' },
      },
    });
  });

  it('a draft is made once however often its request comes with one key', async () => {
    const headers = { 'idempotency-key': 'autosave' };
    const [one, other] = await Promise.all([
      post({ name: 'a' }, headers),
      post({ name: 'a' }, headers),
    ]);
    expect((one.json as View).id).toBe((other.json as View).id);
    expect((await post({ name: 'b' }, headers)).status).toBe(422);
  });

  it('a new broadcast has the send hours and the canary that its account wants, unless it says otherwise', async () => {
    const policy = {
      sendHours: { from: '08:00', to: '21:00', zone: 'Asia/Shanghai' },
      canary: { first: 50 },
    };
    await sql`update account set policy = ${JSON.stringify(policy)} where id = ${account.id}`.execute(
      world.db,
    );
    expect(await create()).toMatchObject(policy);
    const whole = { templateId: TEMPLATE, fields: FIELDS, audience: OPENIDS, draft: false };
    expect(await create(whole)).toMatchObject(policy);
    expect(await create({ ...whole, sendHours: null, canary: { percent: 1 } })).toMatchObject({
      sendHours: null,
      canary: { percent: 1 },
    });
  });

  it('whoever may write drafts and not send makes and changes them, and starts nothing', async () => {
    const key = 'editor-key-of-a-test-0123456789abcdef';
    await sql`
      with made as (
        insert into api_key (name, hash) values ('editor', sha256(convert_to(${key}, 'UTF8')))
        returning id
      )
      insert into role_grant (api_key_id, role, account_id) select id, 'editor', null from made`.execute(
      world.db,
    );
    world.api.app.get(ApiKeysService, { strict: false }).forget();
    const as = (method: string, path: string, body?: object) =>
      world.api.call(method, path, body, { authorization: `Bearer ${key}` });
    const whole = { appid: account.appid, templateId: TEMPLATE, fields: FIELDS, audience: OPENIDS };
    const made = await as('POST', '/v1/broadcasts', { ...whole, draft: true });
    expect(made.status).toBe(202);
    const path = `/v1/broadcasts/${(made.json as View).id}`;
    expect((await as('PATCH', path, { name: '新名字' })).status).toBe(200);
    const refused = { status: 403, json: { code: 'permission_required' } };
    expect(await as('POST', '/v1/broadcasts', whole)).toMatchObject(refused);
    expect(await as('POST', `${path}/start`)).toMatchObject(refused);
    const scheduled = await create({
      ...whole,
      draft: false,
      startAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
    expect(await as('PATCH', `/v1/broadcasts/${scheduled.id}`, { name: 'x' })).toMatchObject(
      refused,
    );
    expect((await as('DELETE', path)).status).toBe(204);
  });
});

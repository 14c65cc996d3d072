import pg from 'pg';
import { ApiKeysService } from '../../../src/access/api-keys.service.js';
import { GrantEvents } from '../../../src/mini-program/grants/grant-events.js';
import { MiniProgramApiModule } from '../../support/worlds/api-modules.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';

const APPID = 'wx0000000000000001';
const SERVICE = 'wx0000000000000002';
const DAY_MS = 24 * 60 * 60_000;

describe('form_ids and grants, over HTTP', () => {
  let api: ApiApp;
  let db: pg.Client;
  beforeAll(async () => {
    api = await startApi([MiniProgramApiModule]);
    db = new pg.Client({ connectionString: api.databaseUrl });
    await db.connect();
    await db.query(
      `insert into account (appid, kind, name, callback_mode, token_mode, sealed_secret, sealed_callback_token)
       values ($1, 'mini_program', 'test', 'plain', 'stable', 'x', 'x'), ($2, 'service', 'test', 'plain', 'stable', 'x', 'x')`,
      [APPID, SERVICE],
    );
  });
  afterAll(async () => {
    await db.end();
    await api.close();
  });
  afterEach(() => db.query('truncate form_id, template_grant, grant_acceptance'));

  const path = (rest = '', appid = APPID) => `/v1/accounts/${appid}/form-ids${rest}`;
  const collect = (body: unknown, appid = APPID) => api.call('POST', path('', appid), body);
  const item = (formId: string, more: object = {}) => ({
    openid: 'oAmy',
    formId,
    kind: 'form',
    ...more,
  });
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

  it('form_ids and grants, over HTTP, are collected one by one or many at once, and counted by openid', async () => {
    expect(await collect(item('a', { collectedAt: ago(6) }))).toMatchObject({
      status: 201,
      json: { stored: 1, duplicates: 0, expired: 0 },
    });
    const many = [
      item('a'),
      item('b'),
      item('b'),
      item('p', { kind: 'prepay' }),
      item('old', { collectedAt: ago(8) }),
      item('c', { openid: 'oBob' }),
    ];
    expect((await collect(many)).json).toEqual({ stored: 3, duplicates: 2, expired: 1 });
    expect((await collect({ items: many })).json).toEqual({
      stored: 0,
      duplicates: 5,
      expired: 1,
    });

    expect((await collect(item('a', { kind: 'prepay', openid: 'oBob' }))).json).toMatchObject({
      duplicates: 1,
    });

    const amy = {
      openid: 'oAmy',
      live: 5,
      forms: 2,
      prepayUses: 3,
      nextExpiryAt: expect.any(String) as string,
    };
    const first = await api.call('GET', path('?limit=1'));
    expect(first.json).toEqual({ items: [amy], next: 'oAmy' });
    expect((await api.call('GET', path('?after=oAmy'))).json).toMatchObject({
      items: [{ openid: 'oBob', live: 1 }],
      next: null,
    });

    await db.query(`update form_id set state = 'spent' where form_id = 'b'`);
    await db.query(`update form_id set state = 'held' where form_id = 'p' and use = 1`);
    await db.query(
      `update form_id set collected_at = now() - interval '8 days' where form_id = 'a'`,
    );
    expect((await api.call('GET', path('/oAmy'))).json).toEqual({
      ...amy,
      live: 2,
      forms: 0,
      prepayUses: 2,
      held: 1,
      spent: 1,
      dropped: 0,
      expired: 1,
    });
    expect((await api.call('GET', path('/oNobody'))).json).toMatchObject({
      live: 0,
      nextExpiryAt: null,
    });
  });

  it('form_ids and grants, over HTTP, may come again while what is left of them is being deleted', async () => {
    await collect(item('p', { kind: 'prepay' }));
    await db.query(`delete from form_id where form_id = 'p' and use = 1`);
    expect((await collect(item('p', { kind: 'prepay' }))).json).toMatchObject({ stored: 1 });
  });

  it('form_ids and grants, over HTTP, are refused together when one of them cannot be one, and nothing of them is kept', async () => {
    const refused = await collect([
      item('a'),
      item('the formId is a mock one'),
      item('b', { kind: 'forms' }),
    ]);
    expect(refused).toMatchObject({
      status: 422,
      json: {
        code: 'form_ids_refused',
        refusedCount: 2,
        errors: [
          { path: 'items[1].formId', code: 'form_id_mock' },
          { path: 'items[2].kind', code: 'kind_invalid' },
        ],
      },
    });
    expect((await api.call('GET', path())).json).toEqual({ items: [], next: null });
  });

  it('form_ids and grants, over HTTP, are collected by the ten thousand, and no more at once', async () => {
    const items = Array.from({ length: 10_000 }, (_, n) =>
      item(`f${n}`, { openid: `o${n % 900}` }),
    );
    expect((await collect(items)).json).toEqual({ stored: 10_000, duplicates: 0, expired: 0 });
    expect(await collect([...items, item('more')])).toMatchObject({
      status: 413,
      json: { code: 'form_ids_too_many' },
    });
  });

  it('form_ids and grants, over HTTP, are no matter of service accounts', async () => {
    for (const refused of [
      await collect(item('a'), SERVICE),
      await api.call('GET', path('', SERVICE)),
      await api.call('GET', path('/oAmy', SERVICE)),
    ])
      expect(refused).toMatchObject({
        status: 422,
        json: { code: 'account_kind_without_form_ids' },
      });
    expect((await collect(item('a'), 'wx000000000000000f')).status).toBe(404);
    expect((await api.call('GET', path('/a:b'))).status).toBe(400);
  });

  it('form_ids and grants, over HTTP, are shown to viewers, and taken from editors', async () => {
    const key = `viewer-${'k'.repeat(40)}`;
    await db.query(
      `insert into api_key (name, hash, role) values ('viewer', sha256(convert_to($1, 'UTF8')), 'viewer')`,
      [key],
    );
    api.app.get(ApiKeysService, { strict: false }).forget();
    const headers = { authorization: `Bearer ${key}` };
    expect((await api.call('GET', path(), undefined, headers)).status).toBe(200);
    expect((await api.call('POST', path(), item('a'), headers)).status).toBe(403);
    expect((await api.call('POST', grants(), grant(ago(1)), headers)).status).toBe(403);
  });

  const grants = (rest = '', appid = APPID) => `/v1/accounts/${appid}/grants${rest}`;
  const tell = (body: unknown, appid = APPID) => api.call('POST', grants('', appid), body);
  const grant = (at: string, more: object = {}) => ({
    openid: 'oAmy',
    templateId: 'a',
    at,
    ...more,
  });
  const held = async (openid = 'oAmy', appid = APPID) =>
    ((await api.call('GET', grants(`/${openid}`, appid))).json as { items: { count: number }[] })
      .items[0]?.count;

  it('grants that no push tells of are told by the batch, each once, for either kind of account', async () => {
    const many = [
      grant('2026-11-29T10:00:00.100+08:00'),
      grant('2026-11-29T10:00:00.900+08:00'), // in the same second
      grant('2026-11-29T02:00:01Z'),
      grant('2026-11-29T02:00:01Z', { openid: 'oBob', count: 7 }),
    ].map((one) => ({ ...one, at: one.at.replace('2026-11-29', ago(1).slice(0, 10)) }));
    for (const appid of [APPID, SERVICE]) {
      expect(await tell(many, appid)).toMatchObject({
        status: 200,
        json: { stored: 3, duplicates: 1, outdated: 0 },
      });
      expect((await tell({ items: many }, appid)).json).toEqual({
        stored: 0,
        duplicates: 4,
        outdated: 0,
      });
      expect((await tell(many[2], appid)).json).toMatchObject({ stored: 0, duplicates: 1 });
      expect([await held('oAmy', appid), await held('oBob', appid)]).toEqual([2, 7]);
    }
  });

  it('a grant that is told and pushed counts once, and one from before a rejection does not', async () => {
    const events = api.app.get(GrantEvents, { strict: false });
    const { rows } = await db.query<{ id: number }>('select id from account where appid = $1', [
      APPID,
    ]);
    const said = (kind: 'accepted' | 'rejected', at: string) =>
      events.apply([
        { accountId: rows[0]!.id, openid: 'oAmy', templateId: 'a', kind, at: new Date(at) },
      ]);
    const second = `${ago(1).slice(0, 19)}Z`;
    await said('accepted', second);
    expect((await tell(grant(second.replace('Z', '.500Z')))).json).toMatchObject({ duplicates: 1 });
    expect(await held()).toBe(1);

    await tell(grant(ago(0.5), { count: 5 }));
    expect(await held()).toBe(6);
    await said('rejected', `${ago(0.6).slice(0, 19)}Z`);
    expect(await held()).toBe(5);
    expect((await tell(grant(ago(2)))).json).toEqual({ stored: 0, duplicates: 0, outdated: 1 });
    expect(await held()).toBe(5);
  });

  it('grants that are told are refused together, each fault by its index', async () => {
    const refused = await tell([
      grant(ago(1)),
      grant(ago(1), { openid: 'a:b' }),
      grant(ago(1), { templateId: '' }),
      grant(ago(1), { count: 0 }),
      { openid: 'oAmy', templateId: 'a' },
      grant('2026-11-29'),
      grant(ago(-1)),
      grant(ago(30)),
      grant(ago(1), { colour: 'red' }),
      7,
    ]);
    expect(refused).toMatchObject({
      status: 422,
      json: { code: 'grants_refused', refusedCount: 9 },
    });
    expect((refused.json as { errors: { path: string; code: string }[] }).errors).toMatchObject([
      { path: 'items[1].openid', code: 'openid_invalid' },
      { path: 'items[2].templateId', code: 'template_id_invalid' },
      { path: 'items[3].count', code: 'count_invalid' },
      { path: 'items[4].at', code: 'at_required' },
      { path: 'items[5].at', code: 'at_invalid' },
      { path: 'items[6].at', code: 'at_ahead' },
      { path: 'items[7].at', code: 'at_too_old' },
      { path: 'items[8].colour', code: 'unknown_field' },
      { path: 'items[9]', code: 'item_invalid' },
    ]);
    expect(await held()).toBeUndefined();
    expect(await tell([])).toMatchObject({ status: 422, json: { code: 'grants_empty' } });
    expect((await tell(grant(ago(1)), 'wx000000000000000f')).status).toBe(404);
  });

  it('grants are told by the ten thousand, and no more at once', async () => {
    const at = ago(1);
    const items = Array.from({ length: 10_000 }, (_, n) => grant(at, { openid: `o${n}` }));
    expect((await tell(items)).json).toEqual({ stored: 10_000, duplicates: 0, outdated: 0 });
    expect(await tell([...items, grant(at)])).toMatchObject({
      status: 413,
      json: { code: 'grants_too_many' },
    });
  });

  it('grants of either kind of account are listed by template', async () => {
    await db.query(
      `insert into template_grant (account_id, openid, template_id, count, owed, updated_at)
       select id, 'oAmy', t, 2, 0, '2026-11-21T00:00:00Z' from account, unnest('{a,b}'::text[]) t`,
    );
    for (const appid of [APPID, SERVICE]) {
      const grants = (rest: string) => api.call('GET', `/v1/accounts/${appid}/grants/${rest}`);
      expect((await grants('oAmy?limit=1')).json).toEqual({
        items: [
          { templateId: 'a', count: 2, longTerm: false, updatedAt: '2026-11-21T00:00:00.000Z' },
        ],
        next: 'a',
      });
      expect((await grants('oAmy?after=a')).json).toMatchObject({
        items: [{ templateId: 'b' }],
        next: null,
      });
      expect((await grants('oBob')).json).toEqual({ items: [], next: null });
      expect((await grants('a:b')).status).toBe(400);
    }
  });
});

import pg from 'pg';
import { ApiKeysService } from '../../src/access/api-keys.service.js';
import { MiniProgramApiModule } from '../../src/mini-program/mini-program.api.module.js';
import { type ApiApp, startApi } from '../support/api-app.js';

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
  afterEach(() => db.query('truncate form_id, template_grant'));

  const path = (rest = '', appid = APPID) => `/v1/accounts/${appid}/form-ids${rest}`;
  const collect = (body: unknown, appid = APPID) => api.call('POST', path('', appid), body);
  const item = (formId: string, more: object = {}) => ({
    openid: 'oAmy',
    formId,
    kind: 'form',
    ...more,
  });
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

  it('are collected one by one or many at once, and counted by openid', async () => {
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

  it('may come again while what is left of them is being deleted', async () => {
    await collect(item('p', { kind: 'prepay' }));
    await db.query(`delete from form_id where form_id = 'p' and use = 1`);
    expect((await collect(item('p', { kind: 'prepay' }))).json).toMatchObject({ stored: 1 });
  });

  it('are refused together when one of them cannot be one, and nothing of them is kept', async () => {
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

  it('are collected by the ten thousand, and no more at once', async () => {
    const items = Array.from({ length: 10_000 }, (_, n) =>
      item(`f${n}`, { openid: `o${n % 900}` }),
    );
    expect((await collect(items)).json).toEqual({ stored: 10_000, duplicates: 0, expired: 0 });
    expect(await collect([...items, item('more')])).toMatchObject({
      status: 413,
      json: { code: 'form_ids_too_many' },
    });
  });

  it('are no matter of service accounts', async () => {
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

  it('are shown to viewers, and taken from editors', async () => {
    const key = `viewer-${'k'.repeat(40)}`;
    await db.query(
      `insert into api_key (name, hash, role) values ('viewer', sha256(convert_to($1, 'UTF8')), 'viewer')`,
      [key],
    );
    api.app.get(ApiKeysService, { strict: false }).forget();
    const headers = { authorization: `Bearer ${key}` };
    expect((await api.call('GET', path(), undefined, headers)).status).toBe(200);
    expect((await api.call('POST', path(), item('a'), headers)).status).toBe(403);
  });

  it('beside grants of either kind of account, listed by template', async () => {
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

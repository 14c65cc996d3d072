import pg from 'pg';
import { ApiKeysService } from '../../../src/access/api-keys.service.js';
import { FollowersApiModule } from '../../support/worlds/api-modules.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';

const APPID = 'wx0000000000000001';
const OTHER = 'wx0000000000000002';

describe('the suppressions of an account, over HTTP', () => {
  let api: ApiApp;
  let db: pg.Client;
  beforeAll(async () => {
    api = await startApi([FollowersApiModule]);
    db = new pg.Client({ connectionString: api.databaseUrl });
    await db.connect();
    for (const appid of [APPID, OTHER])
      await db.query(
        `insert into account (appid, kind, name, callback_mode, token_mode, sealed_secret, sealed_callback_token)
         values ($1, 'service', 'test', 'plain', 'stable', 'x', 'x')`,
        [appid],
      );
    await db.query(
      `insert into follower (account_id, openid, subscribed, as_of)
       select id, 'oAmy', true, now() from account`,
    );
  });
  afterAll(async () => {
    await db.end();
    await api.close();
  });
  afterEach(() => db.query('truncate suppression'));

  const path = (rest = '', appid = APPID) => `/v1/accounts/${appid}/suppressions${rest}`;
  const add = (body: unknown, appid = APPID) => api.call('POST', path('', appid), body);
  const follower = async () =>
    (await api.call('GET', `/v1/accounts/${APPID}/followers/oAmy`)).json as {
      suppression: unknown;
    };

  it('the suppressions of an account, over HTTP, are added by hand, shown with the follower, and removed', async () => {
    expect((await follower()).suppression).toBeNull();

    const added = await add({ openid: 'oAmy', note: 'asked on the phone' });
    expect(added).toMatchObject({
      status: 201,
      json: { openid: 'oAmy', reason: 'manual', note: 'asked on the phone' },
    });
    const { since } = added.json as { since: string };
    expect(await follower()).toEqual({
      openid: 'oAmy',
      subscribed: true,
      asOf: expect.any(String) as string,
      suppression: { reason: 'manual', since, note: 'asked on the phone' },
      tags: [],
    });

    expect((await api.call('DELETE', path('/oAmy'))).status).toBe(204);
    expect((await follower()).suppression).toBeNull();
    expect(await api.call('DELETE', path('/oAmy'))).toMatchObject({
      status: 404,
      json: { code: 'suppression_not_found' },
    });
  });

  it('the suppressions of an account, over HTTP, of somebody who blocked the account become a person’s decision, and keep their first time', async () => {
    await db.query(
      `insert into suppression select id, 'oAmy', 'blocked', now() - interval '1 day', null from account`,
    );
    const first = await add({ openid: 'oAmy' });
    const again = await add({ openid: 'oAmy', note: 'twice' });
    expect(first.json).toMatchObject({ reason: 'manual', note: null });
    expect(again.json).toEqual({ ...(first.json as object), note: 'twice' });
  });

  it('the suppressions of an account, over HTTP, are listed page by page, each once, of this account alone', async () => {
    for (const openid of ['oB', 'oa', 'o-', 'o1', 'oAmy']) await add({ openid });
    await add({ openid: 'oZ' }, OTHER);
    const listed: string[] = [];
    for (let after = ''; ;) {
      const { json } = await api.call('GET', path(`?limit=2${after}`));
      const { items, next } = json as { items: { openid: string }[]; next: string | null };
      listed.push(...items.map(({ openid }) => openid));
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(listed).toEqual(['o-', 'o1', 'oAmy', 'oB', 'oa']);
  });

  it.each([
    ['no openid', {}],
    ['an openid with a colon', { openid: 'o:1' }],
    ['a note that is too long', { openid: 'o1', note: 'x'.repeat(501) }],
    ['a note that Postgres cannot hold', { openid: 'o1', note: 'a\0b' }],
    ['anything else', { openid: 'o1', reason: 'blocked' }],
  ])('the suppressions of an account, over HTTP, are not added with %s', async (_what, body) => {
    expect(await add(body)).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  });

  it('the suppressions of an account, over HTTP, are for accounts that exist', async () => {
    for (const [method, rest, body] of [
      ['GET', '', undefined],
      ['POST', '', { openid: 'o1' }],
      ['DELETE', '/o1', undefined],
    ] as const)
      expect((await api.call(method, path(rest, 'wx00000000000000ff'), body)).status).toBe(404);
  });

  it('the suppressions of an account, over HTTP, are read by viewers and changed by editors', async () => {
    const as = async (role: string) => {
      const key = `${role}-${'k'.repeat(40)}`;
      await db.query(
        `insert into api_key (name, hash, role) values ($1, sha256(convert_to($2, 'UTF8')), $1)`,
        [role, key],
      );
      return { authorization: `Bearer ${key}` };
    };
    const [viewer, editor] = [await as('viewer'), await as('editor')];
    api.app.get(ApiKeysService, { strict: false }).forget();
    const statuses = async (headers: Record<string, string>) => [
      (await api.call('GET', path(), undefined, headers)).status,
      (await api.call('POST', path(), { openid: 'o1' }, headers)).status,
      (await api.call('DELETE', path('/o1'), undefined, headers)).status,
    ];
    expect(await statuses(viewer)).toEqual([200, 403, 403]);
    expect(await statuses(editor)).toEqual([200, 201, 204]);
  });
});

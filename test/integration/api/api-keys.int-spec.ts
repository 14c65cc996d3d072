import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import pg from 'pg';
import { AccessModule } from '../../../src/access/access.module.js';
import { ApiKeysController } from '../../../src/access/api-keys.controller.js';
import { ApiKeysService } from '../../../src/access/api-keys.service.js';
import { AccountsApiModule } from '../../support/worlds/api-modules.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';

/** Waits for an outcome; a test that waits in vain is ended by jest. */
async function until(what: string, outcome: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (await outcome()) return;
    await setTimeout(25);
  }
  throw new Error(`waited in vain for ${what}`);
}

@Module({ imports: [AccessModule], controllers: [ApiKeysController] })
class KeysApiModule {}

describe('API keys', () => {
  const [ours, others] = [0, 1].map(() => `wx${randomBytes(8).toString('hex')}`) as [
    string,
    string,
  ];
  let api: ApiApp;
  /** Another process on the same database. */
  let second: ApiApp;
  let db: pg.Client;

  beforeAll(async () => {
    const masterKeys = [randomBytes(32)];
    api = await startApi([AccountsApiModule, KeysApiModule], { masterKeys });
    const { databaseUrl, adminKey } = api;
    second = await startApi([AccountsApiModule, KeysApiModule], {
      databaseUrl,
      adminKey,
      masterKeys,
    });
    db = new pg.Client({ connectionString: databaseUrl });
    await db.connect();
    for (const appid of [ours, others]) {
      await api.call('POST', '/v1/accounts', {
        appid,
        secret: 'f'.repeat(32),
        kind: 'service',
        name: appid,
        callbackMode: 'plain',
        callbackToken: 'callbacktoken1',
      });
    }
  });
  afterAll(async () => {
    await db.end();
    await second.close();
    await api.close();
  });

  const newName = (): string => randomBytes(6).toString('hex');
  const as = (key: string) => ({ authorization: `Bearer ${key}` });
  // oxlint-disable-next-line no-explicit-any -- a test reads what it expects
  const make = async (body: object, key = api.adminKey): Promise<any> => {
    const { status, json } = await api.call(
      'POST',
      '/v1/api-keys',
      { name: newName(), ...body },
      as(key),
    );
    return { status, ...(json as object) };
  };
  const ask = async (key: string, path = '/v1/accounts', of = api) =>
    await of.call('GET', path, undefined, as(key));
  const viewer = { grants: [{ appids: null, role: 'viewer' }] };
  const adminOf = (...appids: string[]) => ({ grants: [{ appids, role: 'admin' }] });

  it('an API key is shown once, works at once, and is kept as a hash', async () => {
    const { status, id, key, ...made } = await make(viewer);
    expect([status, key]).toEqual([201, expect.stringMatching(/^wk_\w{49}$/)]);
    expect(made).toMatchObject({
      prefix: key.slice(0, 9),
      bootstrap: false,
      madeBy: { kind: 'key', name: 'bootstrap' },
      expiresAt: null,
      lastUsedAt: null,
      formerUntil: null,
      ...viewer,
    });
    expect((await ask(key)).status).toBe(200);
    const shown = await ask(api.adminKey, `/v1/api-keys/${id}`);
    expect(shown.text).not.toContain(key.slice(9));
    const { rows } = await db.query('select * from api_key where id = $1', [id]);
    expect(JSON.stringify(rows)).not.toContain(key.slice(9));
  });

  it('an API key with a letter wrong is told so, and a key that is not known no more than that', async () => {
    const { key } = await make(viewer);
    expect((await ask(`${key.slice(0, -1)}`)).json).toMatchObject({
      status: 401,
      code: 'api_key_mistyped',
    });
    expect((await ask('w'.repeat(43))).json).toMatchObject({
      status: 401,
      code: 'unauthenticated',
    });
  });

  it('an API key that is revoked is refused by every process within ten seconds', async () => {
    const { id, key } = await make(viewer);
    await until(
      'the second to know it',
      async () => (await ask(key, '/v1/accounts', second)).status === 200,
    );
    expect((await api.call('DELETE', `/v1/api-keys/${id}`)).status).toBe(204);
    const revokedAt = performance.now();
    expect((await ask(key)).status).toBe(401);
    await until(
      'the second to refuse it',
      async () => (await ask(key, '/v1/accounts', second)).status === 401,
    );
    expect(performance.now() - revokedAt).toBeLessThan(10_000);
    expect((await api.call('DELETE', `/v1/api-keys/${id}`)).status).toBe(404);
    expect((await ask(api.adminKey, `/v1/api-keys/${id}`)).status).toBe(404);
  });

  it('an API key ends at its time, and no key is made that has ended', async () => {
    const { id, key } = await make({ ...viewer, expiresAt: '2999-01-01T00:00:00Z' });
    expect((await ask(key)).status).toBe(200);
    await db.query(`update api_key set expires_at = clock_now() where id = $1`, [id]);
    api.app.get(ApiKeysService, { strict: false }).forget();
    expect((await ask(key)).status).toBe(401);
    expect(await make({ ...viewer, expiresAt: '2020-01-01T00:00:00Z' })).toMatchObject({
      status: 422,
      code: 'expiry_passed',
    });
  });

  it('an API key that is rotated has a new text, beside which the one from before is good for the overlap only', async () => {
    const { id, key: former } = await make(viewer);
    const rotate = async (overlapSeconds: number) =>
      await api.call('POST', `/v1/api-keys/${id}/rotate`, { overlapSeconds });
    const { json } = await rotate(60);
    const { key, formerUntil } = json as { key: string; formerUntil: string };
    expect(key).not.toBe(former);
    expect(Date.parse(formerUntil)).toBeGreaterThan(0);
    expect([(await ask(key)).status, (await ask(former)).status]).toEqual([200, 200]);
    expect(await rotate(60)).toMatchObject({ status: 409, json: { code: 'rotation_under_way' } });
    await db.query(`update api_key set former_until = clock_now() where id = $1`, [id]);
    api.app.get(ApiKeysService, { strict: false }).forget();
    expect([(await ask(key)).status, (await ask(former)).status]).toEqual([200, 401]);
    const last = (await rotate(0)).json as { key: string };
    expect([(await ask(last.key)).status, (await ask(key)).status]).toEqual([200, 401]);
  });

  it.each([
    ['revoked', 'DELETE', ''],
    ['rotated', 'POST', '/rotate'],
  ])(
    'sessions of an API key end once it is %s, and those of others go on',
    async (_, method, path) => {
      const page = { 'sec-fetch-site': 'same-origin' };
      const logIn = async (key: string) => {
        const { status, headers } = await api.call('POST', '/v1/login', { key }, page);
        expect(status).toBe(200);
        return headers.getSetCookie()[0]?.split(';')[0] ?? '';
      };
      const me = (cookie: string) => api.call('GET', '/v1/me', undefined, { ...page, cookie });
      const { id, key } = await make(viewer);
      const [mine, another] = [await logIn(key), await logIn((await make(viewer)).key)];
      expect((await me(mine)).status).toBe(200);

      const body = method === 'POST' ? { overlapSeconds: 60 } : undefined;
      expect((await api.call(method, `/v1/api-keys/${id}${path}`, body)).status).toBeLessThan(300);
      expect(await me(mine)).toMatchObject({ status: 401, json: { code: 'session_ended' } });
      expect((await me(another)).status).toBe(200);
    },
  );

  it('two rotations at once give one new key', async () => {
    const { id } = await make(viewer);
    const rotate = () => api.call('POST', `/v1/api-keys/${id}/rotate`, { overlapSeconds: 60 });
    const answers = await Promise.all([rotate(), rotate(), rotate()]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409]);
  });

  it('API keys are not listed after what is no cursor', async () => {
    expect(await ask(api.adminKey, '/v1/api-keys?after=garbage')).toMatchObject({
      status: 400,
      json: { code: 'cursor_invalid' },
    });
  });

  it('the bootstrap key is shown as such, and not removed while the environment names it', async () => {
    const { json } = await ask(api.adminKey, '/v1/api-keys?limit=1');
    const { items } = json as { items: { id: number; bootstrap: boolean }[] };
    expect(items[0]).toMatchObject({ name: 'bootstrap', bootstrap: true, madeBy: null });
    for (const call of [
      api.call('DELETE', `/v1/api-keys/${items[0]?.id}`),
      api.call('POST', `/v1/api-keys/${items[0]?.id}/rotate`, {}),
    ])
      expect(await call).toMatchObject({
        status: 409,
        json: { code: 'bootstrap_key_in_environment' },
      });
    expect(await make({ ...viewer, name: 'bootstrap' })).toMatchObject({ status: 409 });
  });

  it('an API key never has more than its maker, by role or by account', async () => {
    const { key } = await make(adminOf(ours));
    expect(await make(adminOf(ours), key)).toMatchObject({ status: 201 });
    expect(await make(viewer, key)).toMatchObject({
      status: 403,
      code: 'grant_exceeds_yours',
      errors: [{ path: 'grants.0' }],
    });
    const { key: mixed } = await make({
      grants: [...adminOf(ours).grants, { appids: [others], role: 'viewer' }],
    });
    expect(
      await make({ grants: [{ appids: [ours, others], role: 'sender' }] }, mixed),
    ).toMatchObject({
      status: 403,
      errors: [{ path: 'grants.0.appids.1' }],
    });
  });

  it('an API key is not made for accounts on which its maker manages none, and could not see it', async () => {
    const { key: mixed } = await make({
      grants: [...adminOf(ours).grants, { appids: [others], role: 'viewer' }],
    });
    const { key: watching } = await make({
      grants: [...adminOf(ours).grants, ...viewer.grants],
    });
    const name = newName();
    for (const [maker, appids, path] of [
      [mixed, [ours, others], 'grants.0.appids.1'],
      [watching, null, 'grants.0'],
    ] as const)
      expect(await make({ name, grants: [{ appids, role: 'viewer' }] }, maker)).toMatchObject({
        status: 403,
        code: 'grant_exceeds_yours',
        errors: [{ path }],
      });
    expect((await db.query('select 1 from api_key where name = $1', [name])).rows).toEqual([]);
  });

  it('an API key on accounts that its maker does not see is refused as on those that are not there', async () => {
    const { key } = await make(adminOf(ours));
    const absent = 'wx00000000000000aa';
    const [unseen, missing] = [await make(adminOf(others), key), await make(adminOf(absent))];
    expect([unseen.status, missing.status]).toEqual([422, 422]);
    expect(JSON.stringify(unseen.detail)).toBe(
      JSON.stringify(missing.detail).replaceAll(absent, others),
    );
  });

  it('an API key with rights elsewhere is not there for whoever manages some accounts', async () => {
    const { key } = await make(adminOf(ours));
    const [mine, elsewhere, wider] = [
      await make({ grants: [{ appids: [ours], role: 'viewer' }] }),
      await make({ grants: [{ appids: [ours, others], role: 'viewer' }] }),
      await make(viewer),
    ];
    const { text, json } = await ask(key, '/v1/api-keys?limit=200');
    const ids = (json as { items: { id: number }[] }).items.map(({ id }) => id);
    expect(ids).toContain(mine.id);
    expect(ids).not.toContain(elsewhere.id);
    expect(ids).not.toContain(wider.id);
    expect(text).not.toContain(others);
    for (const { id } of [elsewhere, wider]) {
      expect((await ask(key, `/v1/api-keys/${id}`)).status).toBe(404);
      expect((await api.call('DELETE', `/v1/api-keys/${id}`, undefined, as(key))).status).toBe(404);
      expect((await api.call('POST', `/v1/api-keys/${id}/rotate`, {}, as(key))).status).toBe(404);
    }
    expect((await api.call('DELETE', `/v1/api-keys/${mine.id}`, undefined, as(key))).status).toBe(
      204,
    );
  });

  it('an API key’s last use is on record, written once a minute at most by all processes', async () => {
    const [one, two] = [await make(viewer), await make(viewer)];
    const lastUsed = async ({ id }: { id: number }) => {
      const { json } = await ask(api.adminKey, `/v1/api-keys/${id}`);
      return (json as { lastUsedAt: string | null }).lastUsedAt;
    };
    const wereUsed = (id: number, secondsAgo: number) =>
      db.query(
        `update api_key set last_used_at = clock_now() - make_interval(secs => $1) where id = $2`,
        [secondsAgo, id],
      );
    await ask(one.key);
    await until('the use to be written', async () => (await lastUsed(one)) !== null);

    await wereUsed(one.id, 5);
    await wereUsed(two.id, 65);
    const [ofOne, ofTwo] = [await lastUsed(one), await lastUsed(two)];
    for (const { key } of [one, two])
      await until(
        'the second to know it',
        async () => (await ask(key, '/v1/accounts', second)).status === 200,
      );
    await until('the second to write what is due', async () => (await lastUsed(two)) !== ofTwo);
    expect(await lastUsed(one)).toBe(ofOne);
  });

  it('an account that goes takes the rights on it from keys with it, and gives none on others', async () => {
    const appid = `wx${randomBytes(8).toString('hex')}`;
    await api.call('POST', '/v1/accounts', {
      appid,
      secret: 'f'.repeat(32),
      kind: 'service',
      name: appid,
      callbackMode: 'plain',
      callbackToken: 'callbacktoken1',
    });
    const { key } = await make(adminOf(appid));
    expect((await api.call('DELETE', `/v1/accounts/${appid}`)).status).toBe(204);
    api.app.get(ApiKeysService, { strict: false }).forget();
    expect((await ask(key)).status).toBe(403);
    expect((await ask(key, `/v1/accounts/${ours}`)).status).toBe(404);
  });

  it.each([
    [{ grants: [] }],
    [{ grants: [{ appids: [], role: 'viewer' }] }],
    [{ grants: [{ appids: null, role: 'owner' }] }],
    [{ grants: [{ role: 'viewer' }] }],
    [{ ...viewer, name: '' }],
    [{ ...viewer, name: 'a\nb' }],
    [{ ...viewer, expiresAt: 'soon' }],
  ])('an API key is not made of %j', async (body) => {
    expect(await make(body)).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

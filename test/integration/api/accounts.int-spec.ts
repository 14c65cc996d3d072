import { both } from '../../../src/kernel/bilingual.js';
import { spokenFault } from '../../../src/accounts/spoken-fault.js';
import pg from 'pg';
import { AccountFaults } from '../../../src/accounts/account-faults.js';
import { AccountHealthReader } from '../../../src/accounts/account-health.js';
import { AccountSecrets } from '../../../src/accounts/account-secrets.js';
import { AccountsApiModule } from '../../support/worlds/api-modules.js';
import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';

const APPID = 'wx0123456789abcdef';
const AES_KEY = 'A'.repeat(42) + 'E';
const NEW_AES_KEY = 'B'.repeat(42) + 'E';

const complete = {
  appid: APPID,
  secret: 'the-app-secret',
  kind: 'service',
  name: '示例服务号',
  callbackToken: 'CallbackToken1',
  encodingAesKey: AES_KEY,
  callbackMode: 'safe',
  forwardUrl: 'http://127.0.0.1:9/forward',
  sendsPerSecond: 200,
};
const SECRETS = [complete.secret, complete.callbackToken, AES_KEY, NEW_AES_KEY, 'the-bearer'];

describe('accounts', () => {
  let api: ApiApp;
  let db: pg.Client;

  beforeAll(async () => {
    api = await startApi([AccountsApiModule]);
    db = new pg.Client({ connectionString: api.databaseUrl });
    await db.connect();
  });
  afterAll(async () => {
    await db.end();
    await api.close();
  });
  afterEach(() => db.query('delete from account'));

  const create = (account: object = complete) => api.call('POST', '/v1/accounts', account);
  const path = `/v1/accounts/${APPID}`;
  const secrets = () => api.app.get(AccountSecrets, { strict: false });
  const faults = () => api.app.get(AccountFaults, { strict: false });
  const accounts = () => api.app.get(AccountsService, { strict: false });

  it('accounts say whether they are WeChat’s test account, which only a service account can be', async () => {
    expect((await create({ ...complete, testAccount: true })).json).toMatchObject({
      testAccount: true,
    });
    expect((await api.call('PATCH', path, { testAccount: false })).json).toMatchObject({
      testAccount: false,
    });
    expect((await api.call('PATCH', path, { testAccount: null })).status).toBe(400);
    const mini = { ...complete, appid: 'wx00000000000000bb', kind: 'mini_program' };
    expect(await create({ ...mini, testAccount: true })).toMatchObject({
      status: 400,
      json: { errors: [{ path: 'testAccount', code: 'not_for_kind' }] },
    });
  });

  it('accounts are warned of plain mode where they have another, in both languages', async () => {
    const warnings = (answer: { json: unknown }) =>
      (answer.json as { warnings: { path: string; code: string; message: string }[] }).warnings;
    const [warning] = warnings(await create({ ...complete, callbackMode: 'plain' }));
    expect(warning).toMatchObject({ path: 'callbackMode', code: 'callback_plain' });
    expect(warning?.message).toMatch(/安全模式.*safe mode/);
    expect(warnings(await api.call('PATCH', path, { callbackMode: 'safe' }))).toEqual([]);
    const test = { ...complete, callbackMode: 'plain', testAccount: true };
    expect(warnings(await create({ ...test, appid: 'wx00000000000000bc' }))).toEqual([]);
  });

  it('accounts are created, shown, listed, changed and removed', async () => {
    const created = await create();
    expect(created).toMatchObject({
      status: 201,
      json: {
        appid: APPID,
        name: '示例服务号',
        tokenMode: 'stable',
        sendsPerSecond: 200,
        dailyQuota: null,
        quotaReservePercent: 0,
        testAccount: false,
        hasSecret: true,
        hasEncodingAesKey: true,
        previous: { callbackToken: false, encodingAesKey: false },
        held: false,
        health: {
          fault: null,
          token: null,
          callbackSeenAt: null,
          callback: {
            handshakeAt: null,
            pushAt: null,
            refusedAt: null,
            refusedWhy: null,
            fault: null,
          },
          quota: null,
        },
      },
    });
    expect((await api.call('GET', path)).json).toEqual(created.json);
    expect((await api.call('GET', '/v1/accounts')).json).toEqual({
      items: [created.json],
      next: null,
    });

    const changed = await api.call('PATCH', path, { name: 'renamed', forwardUrl: null });
    expect(changed).toMatchObject({
      status: 200,
      json: { name: 'renamed', forwardUrl: null, sendsPerSecond: 200 },
    });

    expect((await api.call('DELETE', path)).status).toBe(204);
    expect(await api.call('GET', path)).toMatchObject({
      status: 404,
      json: {
        code: 'account_not_found',
        status: 404,
        instance: expect.stringMatching(/^urn:uuid:/),
      },
    });
  });

  it('accounts leave a share of their quota to other systems, if asked to', async () => {
    expect((await create({ ...complete, quotaReservePercent: 20 })).json).toMatchObject({
      quotaReservePercent: 20,
    });
    expect((await api.call('PATCH', path, { quotaReservePercent: 90 })).json).toMatchObject({
      quotaReservePercent: 90,
    });
    for (const quotaReservePercent of [91, -1, 1.5, null, '5'])
      expect(await api.call('PATCH', path, { quotaReservePercent })).toMatchObject({
        status: 400,
        json: { errors: [expect.objectContaining({ path: 'quotaReservePercent' })] },
      });
  });

  it('accounts are listed page by page, in the order of their appids', async () => {
    const appids = ['wx00000000000000aa', 'wx00000000000000bb', 'wx00000000000000cc'];
    for (const appid of [...appids].reverse()) await create({ ...complete, appid });

    const first = (await api.call('GET', '/v1/accounts?limit=2')).json as Listed;
    const second = (await api.call('GET', `/v1/accounts?limit=2&after=${first.next}`))
      .json as Listed;

    expect(first.items.map(({ appid }) => appid)).toEqual(appids.slice(0, 2));
    expect(second.items.map(({ appid }) => appid)).toEqual(appids.slice(2));
    expect(second.next).toBeNull();
    expect(await api.call('GET', '/v1/accounts?limit=201')).toMatchObject({ status: 400 });
  });

  it('accounts never give a secret away, nor keep one in the clear', async () => {
    const tokens = { tokenMode: 'external', externalTokenUrl: 'http://127.0.0.1:9/token' };
    const answers = [
      await create({ ...complete, ...tokens, externalTokenBearer: 'the-bearer' }),
      await api.call('PATCH', path, { encodingAesKey: NEW_AES_KEY }),
      await api.call('GET', path),
      await api.call('GET', '/v1/accounts'),
      await api.call('POST', `${path}/hold`),
    ];
    const { rows } = await db.query('select * from account');
    const stored = rows.flatMap((row) => Object.values(row as object)).map(String);

    for (const secret of SECRETS) {
      expect(answers.map(({ text }) => text).join()).not.toContain(secret);
      expect(stored.join()).not.toContain(secret);
    }
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200]);
  });

  it('accounts are refused with every fault named, and nothing is stored', async () => {
    const answer = await create({
      appid: 'WX1',
      kind: 'shop',
      name: '',
      callbackToken: 'no spaces',
      callbackMode: 'safe',
      encodingAesKey: 'short',
      sendsPerSecond: 0,
      colour: 'red',
    });

    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    const { errors } = answer.json as { errors: { path: string; code: string }[] };
    expect(errors.map(({ path, code }) => [path, code])).toEqual(
      expect.arrayContaining([
        ['appid', 'matches'],
        ['kind', 'is_in'],
        ['name', 'is_length'],
        ['callbackToken', 'matches'],
        ['encodingAesKey', 'matches'],
        ['sendsPerSecond', 'min'],
        ['colour', 'unknown_field'],
      ]),
    );
    expect((await db.query('select from account')).rowCount).toBe(0);
  });

  it.each([
    ['encodingAesKey', { encodingAesKey: undefined }],
    ['secret', { secret: undefined }],
    ['externalTokenUrl', { tokenMode: 'external' }],
  ])('accounts are refused without %s where it is needed', async (missing, change) => {
    const answer = await create({ ...complete, ...change });
    expect(answer).toMatchObject({
      status: 400,
      json: { code: 'invalid_request', errors: [{ path: missing, code: 'required' }] },
    });
  });

  it('accounts are refused with an external token address that their token mode would never ask', async () => {
    const unasked = { externalTokenUrl: 'http://127.0.0.1:9/token', externalTokenBearer: 'b' };
    for (const mode of [{}, { tokenMode: 'stable' }, { tokenMode: 'plain' }]) {
      expect(await create({ ...complete, ...unasked, ...mode })).toMatchObject({
        status: 400,
        json: {
          errors: [
            { path: 'externalTokenUrl', code: 'contradicts_token_mode' },
            { path: 'externalTokenBearer', code: 'contradicts_token_mode' },
          ],
        },
      });
    }
    // What one had in another mode stays for the day it is wanted again: the mode decides.
    expect((await create({ ...complete, ...unasked, tokenMode: 'external' })).status).toBe(201);
    expect((await api.call('PATCH', path, { tokenMode: 'stable' })).status).toBe(200);
  });

  it('accounts are refused with an address inside the network', async () => {
    const answer = await create({ ...complete, forwardUrl: 'http://169.254.169.254/' });
    expect(answer).toMatchObject({
      status: 422,
      json: { code: 'address_refused', errors: [{ path: 'forwardUrl', code: 'address_refused' }] },
    });
    expect((await db.query('select from account')).rowCount).toBe(0);
  });

  it('accounts exist once: a second one under the same appid is a conflict', async () => {
    const answers = await Promise.all([create(), create(), create()]);
    expect(answers.map(({ status }) => String(status)).sort()).toEqual(['201', '409', '409']);
    expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({
      code: 'account_exists',
    });
  });

  it('accounts keep the former callback token and key until they are removed', async () => {
    await create();
    await api.call('PATCH', path, { callbackToken: 'CallbackToken2', encodingAesKey: NEW_AES_KEY });
    expect(await secrets().callbackKeys(APPID)).toMatchObject({
      mode: 'safe',
      tokens: ['CallbackToken2', 'CallbackToken1'],
      aesKeys: [NEW_AES_KEY, AES_KEY],
      forwardUrl: complete.forwardUrl,
    });

    const same = await api.call('PATCH', path, { callbackToken: 'CallbackToken2' });
    expect(same.json).toMatchObject({ previous: { callbackToken: true, encodingAesKey: true } });
    expect((await secrets().callbackKeys(APPID))?.tokens).toContain('CallbackToken1');

    const removed = await api.call('PATCH', path, { removePrevious: true });
    expect(removed.json).toMatchObject({
      previous: { callbackToken: false, encodingAesKey: false },
    });
    expect(await secrets().callbackKeys(APPID)).toMatchObject({
      tokens: ['CallbackToken2'],
      aesKeys: [NEW_AES_KEY],
    });
  });

  it('accounts lose no key when two are changed at once', async () => {
    await create();
    await Promise.all([
      api.call('PATCH', path, { callbackToken: 'CallbackToken2' }),
      api.call('PATCH', path, { encodingAesKey: NEW_AES_KEY }),
    ]);
    expect(await secrets().callbackKeys(APPID)).toMatchObject({
      tokens: ['CallbackToken2', 'CallbackToken1'],
      aesKeys: [NEW_AES_KEY, AES_KEY],
    });
  });

  it('accounts do not change into something incomplete', async () => {
    await create();
    expect(await api.call('PATCH', path, { encodingAesKey: null })).toMatchObject({ status: 400 });
    expect(await api.call('PATCH', path, { tokenMode: 'external' })).toMatchObject({ status: 400 });
    expect(await api.call('PATCH', path, { name: null })).toMatchObject({ status: 400 });
    expect(await api.call('PATCH', path, { appid: APPID })).toMatchObject({ status: 400 });
    expect(await api.call('GET', path)).toMatchObject({
      json: { hasEncodingAesKey: true, tokenMode: 'stable', name: complete.name },
    });
  });

  describe('with a bearer for an external token address', () => {
    const tokenMode = 'external';
    const externalTokenUrl = 'http://127.0.0.1:9/token';
    beforeEach(() =>
      create({ ...complete, tokenMode, externalTokenUrl, externalTokenBearer: 'the-bearer' }),
    );

    it.each([
      ['another port', 'http://127.0.0.1:10/token'],
      ['another scheme', 'https://127.0.0.1:9/token'],
      ['another host', 'https://8.8.8.8/token'],
    ])(
      'accounts with a bearer for an external token address do not let it follow to %s',
      async (_, url) => {
        expect(await api.call('PATCH', path, { externalTokenUrl: url })).toMatchObject({
          status: 400,
          json: { errors: [{ path: 'externalTokenBearer', code: 'required' }] },
        });
        expect(await api.call('GET', path)).toMatchObject({ json: { externalTokenUrl } });
        for (const externalTokenBearer of ['another', null]) {
          const change = { externalTokenUrl: url, externalTokenBearer };
          expect(await api.call('PATCH', path, change)).toMatchObject({ status: 200 });
        }
      },
    );

    it('accounts with a bearer for an external token address do not let it follow by way of no address at all', async () => {
      await api.call('PATCH', path, { tokenMode: 'stable', externalTokenUrl: null });
      expect(
        await api.call('PATCH', path, { tokenMode, externalTokenUrl: 'http://127.0.0.1:10/' }),
      ).toMatchObject({ status: 400, json: { errors: [{ path: 'externalTokenBearer' }] } });
    });

    it('accounts with a bearer for an external token address keep it for another path of the same place', async () => {
      const change = { externalTokenUrl: 'http://127.0.0.1:9/v2/token' };
      expect(await api.call('PATCH', path, change)).toMatchObject({
        status: 200,
        json: { hasExternalTokenBearer: true },
      });
    });

    it('accounts with a bearer for an external token address do not send it in the clear', async () => {
      const change = { externalTokenUrl: 'http://8.8.8.8/token', externalTokenBearer: 'another' };
      expect(await api.call('PATCH', path, change)).toMatchObject({
        status: 400,
        json: { errors: [{ path: 'externalTokenUrl', code: 'https_required' }] },
      });
    });
  });

  it('accounts are held and lifted; a second hold keeps the time of the first', async () => {
    await create();
    const held = await api.call('POST', `${path}/hold`);
    expect(held).toMatchObject({ status: 200, json: { held: true } });
    expect((await api.call('POST', `${path}/hold`)).json).toEqual(held.json);
    expect(await api.call('POST', `${path}/lift`)).toMatchObject({
      status: 200,
      json: { held: false, heldAt: null },
    });
    expect(await api.call('POST', '/v1/accounts/wxffffffffffffffff/hold')).toMatchObject({
      status: 404,
    });
  });

  describe('with a fault', () => {
    const fault = {
      code: 'ip_not_allowed',
      errcode: 40164,
      rid: 'rid-1',
      ...spokenFault(
        both('请把 1.2.3.4 加入白名单。', 'add 1.2.3.4 to the whitelist', { ip: '1.2.3.4' }),
      ),
      ip: '1.2.3.4',
    };
    const shownFault = async () =>
      ((await api.call('GET', path)).json as { health: { fault: unknown } }).health.fault;

    it('accounts with a fault show it, and since when', async () => {
      await create();
      const { id } = await accounts().requireAccount(APPID);
      await faults().record(id, fault);
      const first = await shownFault();
      await faults().record(id, { ...fault, message: 'still', params: { ip: '5.6.7.8' } });

      expect(first).toEqual({ ...fault, since: expect.stringMatching(/^2.*Z$/) });
      expect(await shownFault()).toEqual({
        ...(first as object),
        message: 'still',
        params: { ip: '5.6.7.8' },
      });
    });

    it.each([
      ['another secret', () => api.call('PATCH', path, { secret: 'another-secret' })],
      ['a lift', () => api.call('POST', `${path}/lift`)],
    ])('accounts with a fault are rid of it by %s', async (_, remedy) => {
      await create();
      await faults().record((await accounts().requireAccount(APPID)).id, fault);
      await api.call('PATCH', path, { name: 'renamed' });
      expect(await shownFault()).toMatchObject({ code: fault.code });

      await remedy();
      expect(await shownFault()).toBeNull();
    });

    it('accounts with a fault do not take on one that was about a former secret', async () => {
      await create();
      const { id } = await accounts().requireAccount(APPID);
      await api.call('PATCH', path, { secret: 'another-secret' });

      await faults().record(id, fault, complete.secret);
      expect(await shownFault()).toBeNull();
      await faults().record(id, fault, 'another-secret');
      expect(await shownFault()).toMatchObject({ code: fault.code });
    });
  });

  it('accounts show what modules above know of their health', async () => {
    await create();
    const fetchedAt = new Date('2026-11-21T00:00:00Z');
    const token = { fetchedAt, expiresAt: new Date('2026-11-21T02:00:00Z') };
    const health = api.app.get(AccountHealthReader, { strict: false });
    health.learnFrom('token', (asked) =>
      Promise.resolve(new Map(asked.map(({ id }) => [id, token]))),
    );

    expect((await api.call('GET', path)).json).toMatchObject({
      health: { token: { fetchedAt: '2026-11-21T00:00:00.000Z' }, quota: null },
    });
    health.learnFrom('token', () => Promise.resolve(new Map()));
  });

  it('accounts are not removed while they have broadcasts', async () => {
    await create();
    const { id } = await accounts().requireAccount(APPID);
    await db.query(
      `insert into broadcast (id, account_id, channel, template_id, message, audience, state, created_at)
       values (gen_random_uuid(), $1, 'template', 't1', '{}', '{"kind":"all"}', 'finished', clock_now())`,
      [id],
    );

    expect(await api.call('DELETE', path)).toMatchObject({
      status: 409,
      json: { code: 'account_has_broadcasts' },
    });
    expect((await api.call('GET', path)).status).toBe(200);
    await db.query('delete from broadcast');
    expect((await api.call('DELETE', path)).status).toBe(204);
  });

  it('accounts say when WeChat has last reached us, without a write for each push', async () => {
    await create();
    const began = Date.now();
    await Promise.all(Array.from({ length: 50 }, () => accounts().callbackSeen(APPID)));

    const { health } = (await api.call('GET', path)).json as { health: { callbackSeenAt: string } };
    expect(new Date(health.callbackSeenAt).getTime()).toBeGreaterThanOrEqual(began);
    await db.query('update account set callback_seen_at = null');
    await accounts().callbackSeen(APPID);
    expect((await accounts().requireAccount(APPID)).callbackSeenAt).toBeNull();
  });

  it('accounts give the secrets out to those who must speak to WeChat', async () => {
    const externalTokenUrl = 'http://127.0.0.1:9/token';
    const tokens = { tokenMode: 'external', externalTokenUrl };
    await create({ ...complete, ...tokens, externalTokenBearer: 'the-bearer' });
    const { id } = await accounts().requireAccount(APPID);
    expect(await secrets().secretOf(id)).toBe(complete.secret);
    expect(await secrets().externalTokenBearerOf(id, externalTokenUrl)).toBe('the-bearer');
    expect(await secrets().externalTokenBearerOf(id, 'http://127.0.0.1:10/')).toBeUndefined();
    await expect(secrets().secretOf(-1)).rejects.toMatchObject({ code: 'account_not_found' });
  });
});

interface Listed {
  readonly items: { readonly appid: string }[];
  readonly next: string | null;
}

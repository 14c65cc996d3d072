import pg from 'pg';
import { CALLED_PATHS } from '../../src/wechat/called-paths.js';
import { ProductWorld } from '../support/worlds/product-world.js';

interface Problem {
  readonly part: string;
  readonly code: string;
  readonly stops: boolean;
  readonly fix: { readonly code: string; readonly zh: string; readonly call?: string };
}

describe('the health of an account', () => {
  let world: ProductWorld;
  let path: string;

  beforeEach(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 20 });
    path = `/v1/accounts/${world.appid}`;
  });
  afterEach(() => world.close());

  const bare = () =>
    world.expect(201, 'POST', '/v1/accounts', {
      appid: world.appid,
      secret: world.wechat.account().settings.secret,
      kind: 'service',
      name: 'test',
      callbackMode: 'plain',
      callbackToken: 'callbacktoken1',
    });
  const health = async () => (await world.expect(200, 'GET', path)).json.health;
  const problems = async (): Promise<Problem[]> => (await health()).problems;
  const calls = () =>
    world.wechat.accounts.list().reduce((sum, { quotas }) => {
      const report = (of: string) => quotas.report(of).quota.used;
      return sum + [...CALLED_PATHS.service].reduce((all, each) => all + report(each), 0);
    }, 0);

  it('the health of a new account says what was never done, what to do, and which call does it', async () => {
    await bare();
    expect((await problems()).map(({ part, code, fix }) => [part, code, fix.code])).toEqual([
      ['callback', 'public_url_missing', 'set_public_url'],
      ['templates', 'templates_never_read', 'sync_templates'],
      ['followers', 'followers_never_read', 'sync_followers'],
    ]);
    expect(await health()).toMatchObject({
      connection: { code: 'unconfigured', params: {} },
      token: null,
      callback: { url: null, handshakeAt: null, pushAt: null, refusedAt: null, refusedWhy: null },
      whitelist: null,
      paths: null,
      clearings: { used: 0, left: 10, clearedAt: null },
      templates: { syncedAt: null },
      followers: { syncedAt: null, failedAt: null },
      interceptions: { count: 0, toldAt: null },
    });
    const call = (await problems())[1]?.fix.call ?? '';
    expect(call).toBe(`POST ${path}/templates/sync`);
    await world.expect(200, 'POST', `${path}/templates/sync`);
    expect((await problems()).map(({ part }) => part)).toEqual(['callback', 'followers']);
  });

  it('the health of an account in use has each part with its time, and reading it asks WeChat for nothing', async () => {
    await world.ready();
    await world.wechat.account().pushes.verify();
    await world.wechat.push({ text: '1' });
    await world.expect(200, 'POST', `${path}/quota/refresh`);
    await world.until(
      async () => (await health()).callback.pushAt !== null,
      'the push to be noted',
    );
    const asked = calls();

    const found = await health();

    expect(calls()).toBe(asked);
    expect(found).toMatchObject({
      connection: { state: 'connected' },
      problems: [],
      token: { source: 'stable', fetchedAt: expect.any(String) as string },
      templates: { syncedAt: expect.any(String) as string },
      followers: { syncedAt: expect.any(String) as string, failedAt: null },
    });
    const paths = found.paths.map((each: { path: string }) => each.path);
    expect(paths.toSorted()).toEqual([...CALLED_PATHS.service].sort());
    for (const { limit, used, askedAt } of found.paths) {
      expect(limit).toBeGreaterThan(0);
      expect(used).toBeGreaterThanOrEqual(0);
      expect(askedAt).toEqual(expect.any(String));
    }
  });

  it('the health of an account says which of its quotas is nearly used up, and which day it was', async () => {
    await world.ready();
    const user = '/cgi-bin/user/get';
    world.wechat.account().quotas.addForeignCalls(user, 9_000_000);
    await world.expect(200, 'POST', `${path}/quota/refresh`);
    expect((await problems()).filter(({ part }) => part === 'quota')).toMatchObject([
      { part: 'quota', code: 'path_quota_low', stops: false, params: { path: user } },
    ]);
  });

  it('the health of an account whose address is not listed names the address, and stops everything', async () => {
    await bare();
    world.wechat.putAccount({ appid: world.appid, token: { errcode: 40164 } });
    await world.expect(409, 'POST', `${path}/templates/sync`);
    const found = await health();
    expect(found.problems[0]).toMatchObject({
      part: 'whitelist',
      code: 'token_ip_not_allowed',
      stops: true,
      params: { ip: '127.0.0.1', errcode: 40164 },
      fix: { code: 'add_ip', params: { ip: '127.0.0.1' } },
    });
    expect(found.whitelist).toMatchObject({ ip: '127.0.0.1' });
    expect((await world.expect(200, 'GET', path)).json.can).toMatchObject({
      send: { ok: false, code: 'account_faulted', params: { fault: 'token_ip_not_allowed' } },
      check: { ok: true },
      lift: { ok: true },
    });
  });

  describe('the clearing of its quota', () => {
    const clear = (confirm?: string) =>
      world.call('POST', `${path}/quota/clear`, confirm === undefined ? {} : { confirm });
    const later = async () => {
      // A second click within half a minute is refused: this one is a person's, the next day.
      const db = new pg.Client({ connectionString: world.databaseUrl });
      await db.connect();
      await db.query(`update quota_clearing set asked_at = '-infinity'`);
      await db.end();
    };
    const used = () =>
      world.wechat.account().quotas.report('/cgi-bin/message/template/send').quota.used;
    beforeEach(() => world.ready());

    it('a clearing of the quota asks twice, says how many are left, and lets what waits go on', async () => {
      const { quotas } = world.wechat.account();
      const { remain } = quotas.report('/cgi-bin/message/template/send').quota;
      quotas.addForeignCalls('/cgi-bin/message/template/send', remain);
      await world.expect(200, 'POST', `${path}/quota/refresh`);
      const id = await world.broadcast();
      await world.until(async () => (await world.show(id)).heldBy.includes('quota'), 'the hold');

      expect(await clear()).toMatchObject({
        status: 409,
        json: { code: 'confirm_required', params: { appid: world.appid, left: 10, most: 10 } },
      });
      expect(await clear('wx0000000000000009')).toMatchObject({ status: 409 });
      expect(used()).toBeGreaterThan(0);

      expect(await clear(world.appid)).toMatchObject({
        status: 200,
        json: { clearings: { used: 1, left: 9 }, quota: { spent: false } },
      });
      expect((await world.finished(id)).counts.unknown).toBe(0);
      expect((await health()).clearings).toMatchObject({ used: 1, left: 9 });
      const { json } = await world.expect(200, 'GET', '/v1/audit?action=quota.clear');
      expect(json.items).toMatchObject([{ appid: world.appid, after: { left: 9 } }]);
    });

    it('a clearing of the quota that is clicked twice uses one of ten', async () => {
      const answers = await Promise.all([clear(world.appid), clear(world.appid)]);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
      expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({
        code: 'quota_just_cleared',
      });
      expect((await health()).clearings).toMatchObject({ used: 1, left: 9 });
    });

    it('a clearing of the quota when WeChat has none left says so, and is known from then on', async () => {
      // Another system of the account has used them.
      for (let time = 0; time < 10; time++) world.wechat.account().quotas.clear();
      expect(await clear(world.appid)).toMatchObject({
        status: 422,
        json: {
          code: 'wechat_refused',
          errcode: 48006,
          zh: expect.stringContaining('10 次清零已用完') as string,
        },
      });
      expect((await health()).clearings).toMatchObject({ used: 10, left: 0 });
      expect((await world.expect(200, 'GET', path)).json.can['clear-quota']).toMatchObject({
        ok: false,
        code: 'no_clearings_left',
      });
    });

    it('a clearing of the quota sets the used calls of every path back to zero, whenever WeChat told them', async () => {
      const user = '/cgi-bin/user/get';
      world.wechat.account().quotas.addForeignCalls(user, 9_000_000);
      await world.expect(200, 'POST', `${path}/quota/refresh`);
      expect((await problems()).map(({ code }) => code)).toContain('path_quota_low');
      expect(await clear(world.appid)).toMatchObject({ status: 200 });
      const { paths } = await health();
      expect(paths.find((each: { path: string }) => each.path === user)).toMatchObject({ used: 0 });
      expect((await problems()).filter(({ part }) => part === 'quota')).toEqual([]);
    });

    it('a clearing of the quota whose answer is lost may have been done: nobody tries it again within half a minute', async () => {
      const { quotas } = world.wechat.account();
      const send = '/cgi-bin/message/template/send';
      quotas.addForeignCalls(send, 5);
      world.fault({
        when: { path: '/cgi-bin/clear_quota', times: 1 },
        fault: { kind: 'drop', accepted: true },
      });
      expect(await clear(world.appid)).toMatchObject({
        status: 503,
        json: {
          code: 'quota_maybe_cleared',
          zh: expect.stringContaining('可能已经清零') as string,
          en: expect.stringContaining('may have been cleared') as string,
        },
      });
      expect(used()).toBe(0);
      quotas.addForeignCalls(send, 7);
      expect(await clear(world.appid)).toMatchObject({
        status: 409,
        json: { code: 'quota_just_cleared' },
      });
      expect(used()).toBe(7);
    });

    it('a clearing of the quota that WeChat did not answer is none of ours', async () => {
      world.fault({
        when: { path: '/cgi-bin/clear_quota', times: 1 },
        fault: { kind: 'errcode', errcode: -1 },
      });
      expect(await clear(world.appid)).toMatchObject({ status: 503 });
      expect((await health()).clearings).toMatchObject({ used: 0, left: 10 });
      expect(await clear(world.appid)).toMatchObject({ status: 200 });
      await later();
      expect((await clear(world.appid)).json).toMatchObject({ clearings: { used: 2, left: 8 } });
    });
  });

  describe('the invitation of a tester', () => {
    const recent = async () =>
      (await world.expect(200, 'GET', `${path}/followers/recent`)).json.items;
    beforeEach(() => world.ready());

    it.each([
      ['follows already', 'scan', true],
      ['follows by it', 'follow', false],
    ])('an invited tester who %s is shown as invited', async (_, what, follows) => {
      const openid = world.openid(3);
      if (!follows) world.wechat.moveFollowers({ unsubscribe: [openid], push: false });
      const { json } = await world.expect(201, 'POST', `${path}/testers/invite`);
      expect(new Date(json.expiresAt).getTime()).toBeGreaterThan(Date.now() + 25 * 60_000);

      await world.wechat.push({ openid: world.openid(5), text: '1' });
      await world.wechat.scan(openid, json.text);

      await world.until(async () => (await recent()).length === 2, 'both to be on record');
      expect(await recent()).toContainEqual(
        expect.objectContaining({ openid, what, invited: true }),
      );
      expect(await recent()).toContainEqual(
        expect.objectContaining({ openid: world.openid(5), what: 'message', invited: false }),
      );
    });

    it('an invited tester who writes afterwards stays invited', async () => {
      const openid = world.openid(3);
      const { json } = await world.expect(201, 'POST', `${path}/testers/invite`);
      await world.wechat.scan(openid, json.text);
      await world.until(async () => (await recent()).length === 1, 'the scan');
      await world.wechat.push({ openid, text: '1' });
      await world.until(async () => (await recent())[0].what === 'message', 'the message');
      expect(await recent()).toMatchObject([{ openid, invited: true }]);
    });

    it('an account without codes is told what to do instead', async () => {
      world.fault({
        when: { path: '/cgi-bin/qrcode/create', times: 1 },
        fault: { kind: 'errcode', errcode: 48001 },
      });
      expect((await world.expect(422, 'POST', `${path}/testers/invite`)).json).toMatchObject({
        code: 'wechat_refused',
        errcode: 48001,
        zh: expect.stringContaining('发一个“1”') as string,
        en: expect.stringContaining('send “1”') as string,
      });
    });
  });
});

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { ID_TOKEN_SECONDS } from '../../support/worlds/identity-provider.js';
import type { OidcBrowser } from '../../support/worlds/oidc-browser.js';
import { operatorsWorld } from '../../support/worlds/operators-world.js';
import { type OidcWorld, oidcWorld } from '../../support/worlds/oidc-world.js';

const SHOP = 'wx00000000000000aa';

describe('a login by an identity provider', () => {
  let world: OidcWorld;
  beforeAll(async () => {
    world = await oidcWorld();
    await world.account(SHOP);
  });
  afterAll(() => world.close());

  let people = 0;
  /** Somebody whom nobody knows yet sits before a browser of their own. */
  const somebody = (claims: Readonly<Record<string, unknown>>): OidcBrowser => {
    world.provider.person = { sub: `person ${++people}`, ...claims };
    return world.newcomer();
  };
  const operators = async (where: string, ...values: unknown[]) =>
    (await world.db.query(`select * from operator where ${where} order by id`, values)).rows;
  const entries = async (operatorId: unknown): Promise<string[]> =>
    (
      await world.db.query<{ action: string }>(
        `select action from audit_entry where target_kind = 'operator' and target_id = $1::text
         order by at, id`,
        [operatorId],
      )
    ).rows.map(({ action }) => action);
  const state = async () =>
    (await world.api.call('GET', '/v1/oidc')).json as Record<string, unknown>;

  it('a first login by an identity provider makes the operator, with the rights that their claims are mapped to', async () => {
    const browser = somebody({
      name: '韩梅梅',
      preferred_username: 'han.meimei',
      locale: 'en-GB',
      groups: ['shop', 'desk', 'choir'],
    });
    const answer = await browser.logIn('/broadcasts?state=running');

    expect(answer).toMatchObject({ status: 200 });
    // From a page of ours: a strict cookie does not go along with what another site has begun.
    expect(answer.text).toContain('url=/broadcasts?state=running"');
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toContainEqual(expect.stringMatching(/^weicast_oidc=; Max-Age=0;/));
    expect(cookies).toContainEqual(
      expect.stringMatching(/^weicast_session=[\w-]{43}; .*HttpOnly; SameSite=Strict$/),
    );
    expect(await browser.me()).toMatchObject({
      status: 200,
      json: {
        kind: 'operator',
        login: 'han.meimei',
        name: '韩梅梅',
        locale: 'en',
        hasPassword: false,
        mustChangePassword: false,
        grants: expect.arrayContaining([
          { appids: [SHOP], role: 'sender' },
          { appids: null, role: 'viewer' },
          { appids: null, role: 'support' },
        ]),
      },
    });
    const [made] = await operators(`login = 'han.meimei'`);
    expect(made).toMatchObject({
      oidc_issuer: world.provider.url,
      oidc_subject: world.provider.person.sub,
      password_hash: null,
    });
    expect(await entries(made.id)).toEqual(['operator.create']);
    expect(await state()).toMatchObject({ succeededAt: expect.any(String) });
  });

  it('claims are taken from the ID token of an identity provider that tells them there', async () => {
    world.provider.tellAll();
    const browser = somebody({ groups: 'heads' });
    await browser.logIn();
    world.provider.tellAll(false);

    expect((await browser.me()).json).toMatchObject({ grants: [{ appids: null, role: 'admin' }] });
  });

  it('two first logins of one person at once make one operator', async () => {
    const first = somebody({ preferred_username: 'twice', groups: ['desk'] });
    const second = world.newcomer();
    const callbacks = [await first.toCallback(), await second.toCallback()];
    const answers = await Promise.all([first.visit(callbacks[0]!), second.visit(callbacks[1]!)]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await operators(`login like 'twice%'`)).toHaveLength(1);
  });

  it('a login that is taken stays with its owner, whatever name or address an identity provider tells', async () => {
    const owner = await world.person('li.lei', [{ appids: null, role: 'admin' }]);
    const browser = somebody({
      preferred_username: 'Li.Lei',
      email: 'li.lei@example.com',
      groups: ['desk'],
    });
    await browser.logIn();

    expect((await browser.me()).json).toMatchObject({ login: 'Li.Lei-2' });
    expect(await owner.call('GET', '/v1/me')).toMatchObject({
      json: { id: owner.id, login: 'li.lei', hasPassword: true },
    });
  });

  it('rights follow the claims at each login by an identity provider, and the audit tells what changed', async () => {
    const browser = somebody({ preferred_username: 'mover', groups: ['desk'] });
    await browser.logIn();
    const { id } = (await browser.me()).json;

    world.provider.person = { ...world.provider.person, groups: ['shop'] };
    await world.newcomer().logIn();

    // The session from before has the new rights, too.
    await expect(
      (async () => {
        for (;;) {
          const { grants } = (await browser.me()).json;
          if (JSON.stringify(grants).includes('sender')) return grants;
        }
      })(),
    ).resolves.toEqual([{ appids: [SHOP], role: 'sender' }]);
    await world.newcomer().logIn();
    expect(await entries(id)).toEqual(['operator.create', 'operator.change']);
    const { rows } = await world.db.query(
      `select actor_kind, reason, after from audit_entry
       where target_kind = 'operator' and target_id = $1::text and action = 'operator.change'`,
      [id],
    );
    expect(rows).toMatchObject([
      { actor_kind: 'system', reason: `claims of ${world.provider.url}` },
    ]);
  });

  it('somebody whose claims map to nothing does not get in, and nobody is made of them', async () => {
    const stranger = somebody({ preferred_username: 'stranger', groups: ['choir'] });
    const refused = await stranger.logIn();
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('没有对应的权限');
    expect(refused.text).toContain('gives you anything to do here');
    expect(stranger.has('weicast_session')).toBe(false);
    expect(await operators(`login = 'stranger'`)).toEqual([]);

    const untold = await somebody({ preferred_username: 'untold' }).logIn();
    expect(untold.status).toBe(403);
    expect(untold.text).toContain('OIDC_ROLE_CLAIM');
    expect(await state()).toMatchObject({ lastFailure: { code: expect.any(String) } });
  });

  it('somebody who had rights by claims and has none at a later login is out, of open sessions too', async () => {
    const browser = somebody({ preferred_username: 'leaver', groups: ['desk'] });
    await browser.logIn();
    expect((await browser.me()).status).toBe(200);

    world.provider.person = { ...world.provider.person, groups: [] };
    expect((await world.newcomer().logIn()).status).toBe(403);

    expect(await browser.me()).toMatchObject({ status: 401, json: { code: 'session_ended' } });
    const [leaver] = await operators(`login = 'leaver'`);
    expect(await entries(leaver.id)).toEqual(['operator.create', 'operator.change']);
  });

  it('a disabled operator stays out, whatever their identity provider says', async () => {
    const browser = somebody({ preferred_username: 'barred', groups: ['heads'] });
    await browser.logIn();
    const { id } = (await browser.me()).json;
    await world.api.call('PATCH', `/v1/operators/${String(id)}`, { disabled: true });

    const again = world.newcomer();
    const refused = await again.logIn();
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('该成员已停用');
    expect(again.has('weicast_session')).toBe(false);
  });

  it('a key that the identity provider has changed between two steps of a login is no obstacle', async () => {
    const browser = somebody({ groups: ['desk'] });
    const callback = await browser.toCallback();
    world.provider.rotateKey();

    expect((await browser.visit(callback)).status).toBe(200);
    expect((await somebody({ groups: ['desk'] }).logIn()).status).toBe(200);
  });

  it('a callback is good once: brought again, the identity provider is not even asked', async () => {
    const browser = somebody({ groups: ['desk'] });
    const callback = await browser.toCallback();
    // Who has kept the cookies that the answer deletes, and who comes at the same moment.
    const [twin, late] = [browser.twin(), browser.twin()];
    const answers = await Promise.all([browser.visit(callback), twin.visit(callback)]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 400]);

    const again = await late.visit(callback);
    expect(again.status).toBe(400);
    expect(again.text).toContain('begun in another browser');
  });

  it('a code that was used, brought into another login, is refused by the identity provider', async () => {
    const first = somebody({ groups: ['heads'] });
    const callback = await first.toCallback();
    await first.visit(callback);
    const code = new URL(callback).searchParams.get('code') ?? '';

    const thief = world.newcomer();
    const own = new URL(await thief.toCallback());
    own.searchParams.set('code', code);
    const refused = await thief.visit(own.href);
    expect(refused.status).toBe(401);
    expect(thief.has('weicast_session')).toBe(false);
  });

  it('a fresh code of another login does not open one’s own, by its verifier', async () => {
    const victim = somebody({ groups: ['heads'] });
    const code = new URL(await victim.toCallback()).searchParams.get('code') ?? '';

    const thief = world.newcomer();
    const own = new URL(await thief.toCallback());
    own.searchParams.set('code', code);
    expect((await thief.visit(own.href)).status).toBe(401);
    expect(thief.has('weicast_session')).toBe(false);
  });

  it('a callback in another browser than the one that began it opens nothing there, and the first still comes in', async () => {
    const first = somebody({ groups: ['heads'] });
    const callback = await first.toCallback();

    const other = world.newcomer();
    expect((await other.visit(callback)).status).toBe(400);
    await other.toCallback();
    expect((await other.visit(callback)).status).toBe(400);
    expect(other.has('weicast_session')).toBe(false);
    expect((await first.visit(callback)).status).toBe(200);
  });

  it('two tabs that have each begun a login by an identity provider: the later comes in, and the earlier is told of the other tab', async () => {
    const browser = somebody({ groups: ['desk'] });
    const earlier = await browser.toCallback();
    const later = await browser.toCallback();
    const refused = await browser.visit(earlier);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('另一个标签页');
    expect(refused.text).toContain('a second tab');
    expect((await browser.visit(later)).status).toBe(200);
  });

  it('a login that was begun too long ago is refused', async () => {
    const browser = somebody({ groups: ['desk'] });
    const callback = await browser.toCallback();
    await world.db.query(`update oidc_login set expires_at = clock_now() - interval '1 second'`);
    expect((await browser.visit(callback)).status).toBe(400);
  });

  it('an answer in the name of another issuer is refused', async () => {
    const browser = somebody({ groups: ['desk'] });
    const callback = new URL(await browser.toCallback());
    callback.searchParams.set('iss', 'https://elsewhere.example');
    expect((await browser.visit(callback.href)).status).toBe(503);
    expect(browser.has('weicast_session')).toBe(false);
  });

  it('a token in the name of another issuer is refused, and admins are told', async () => {
    const browser = somebody({ groups: ['desk'] });
    const callback = await browser.toCallback();
    await world.db.query(`delete from oidc_state`);
    world.provider.callItself(`${world.provider.url}/other`);
    const refused = await browser.visit(callback);
    world.provider.callItself(world.provider.url);

    expect(refused.status).toBe(503);
    expect(browser.has('weicast_session')).toBe(false);
    expect(await state()).toMatchObject({
      configured: true,
      issuer: world.provider.url,
      clientId: 'weicast',
      redirectUri: `${world.publicUrl}/oidc/callback`,
      passwordLogin: true,
      lastFailure: { code: 'oidc_bad_token', zh: expect.any(String), en: expect.any(String) },
    });
  });

  it('a token that no key of the identity provider has signed is refused', async () => {
    const browser = somebody({ groups: ['desk'] });
    const callback = await browser.toCallback();
    world.provider.showsOtherKeys = true;
    const refused = await browser.visit(callback);
    world.provider.showsOtherKeys = false;

    expect(refused.status).toBe(503);
    expect(refused.text).toContain('failed its checks');
    expect(browser.has('weicast_session')).toBe(false);
  });

  it('an identity provider that falls silent in the middle of a login is told in a sentence', async () => {
    const browser = somebody({ groups: ['desk'] });
    const callback = await browser.toCallback();
    world.provider.fallSilent();
    const refused = await browser.visit(callback);
    world.provider.fallSilent(false);

    expect(refused.status).toBe(503);
    expect(refused.text).toContain('身份提供方没有应答');
    expect(refused.text).toContain('The identity provider does not answer');
    expect((await browser.logIn()).status).toBe(200);
  });

  it('somebody who declines at the identity provider is told so', async () => {
    const browser = somebody({ groups: ['desk'] });
    const callback = new URL(await browser.toCallback());
    callback.searchParams.delete('code');
    callback.searchParams.set('error', 'access_denied');
    const refused = await browser.visit(callback.href);
    expect(refused.status).toBe(401);
    expect(refused.text).toContain('has not agreed to this login');
  });

  it('a login leads to no other site afterwards, and not to itself', async () => {
    for (const next of ['https://elsewhere.example/', '//elsewhere.example', '/oidc/login']) {
      const answer = await somebody({ groups: ['desk'] }).logIn(next);
      expect(answer.text).toContain('content="0; url=/"');
    }
  });

  it('a logout ends our session, then that of the identity provider, and leads back to the login', async () => {
    const browser = somebody({ groups: ['desk'] });
    await browser.logIn();
    const before = world.provider.entered;
    const left = await browser.visit(`${world.publicUrl}/v1/logout`, {});
    expect(left.status).toBe(200);
    expect((await browser.me()).status).toBe(401);

    const { endSessionUrl } = JSON.parse(left.text) as { endSessionUrl: string };
    const end = new URL(endSessionUrl);
    expect(end.href.startsWith(`${world.provider.url}/`)).toBe(true);
    expect(end.searchParams.get('post_logout_redirect_uri')).toBe(`${world.publicUrl}/login`);
    expect(end.searchParams.get('id_token_hint')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const asked = await browser.visit(end.href);
    const xsrf = /name="xsrf" value="(\w+)"/.exec(asked.text)?.[1] ?? '';
    const done = await browser.visit(`${world.provider.url}/session/end/confirm`, {
      xsrf,
      logout: 'yes',
    });
    expect(done.headers.get('location')).toBe(`${world.publicUrl}/login`);

    await browser.logIn();
    expect(world.provider.entered).toBe(before + 1);
  });

  it('a logout without a script leads on to the identity provider from a page of ours', async () => {
    const browser = somebody({ groups: ['desk'] });
    await browser.logIn();
    const left = await browser.visit(`${world.publicUrl}/logout`, {});
    expect(left.status).toBe(200);
    expect(left.text).toContain(`content="0; url=${world.provider.url}/session/end?`);
    expect((await browser.me()).status).toBe(401);
  });

  it('the page and the setup tell that there is an identity provider, and under which name', async () => {
    const page = await world.newcomer().visit(`${world.publicUrl}/login?next=/queues`);
    expect(page.text).toContain('href="/oidc/login?next=%2Fqueues"');
    expect(page.text).toContain('用单位账号登录');
    expect(await world.api.call('GET', '/v1/setup')).toMatchObject({
      json: { passwordLogin: true, oidc: { name: null } },
    });
  });
});

describe('an identity provider', () => {
  it('nothing is offered without an identity provider, and its addresses say so', async () => {
    const world = await operatorsWorld();
    const answer = await fetch(`${world.api.url}/oidc/login`, { redirect: 'manual' });
    expect(answer.status).toBe(404);
    expect((await world.api.call('GET', '/v1/setup')).json).toMatchObject({ oidc: null });
    expect((await world.api.call('GET', '/v1/oidc')).json).toMatchObject({
      configured: false,
      issuer: null,
      lastFailure: null,
    });
    await world.close();
  });

  it('an identity provider that is silent from the start stops no start; a login is answered in a sentence, within its time', async () => {
    const silent = createServer((socket) => void socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const world = await oidcWorld({ OIDC_ISSUER: `http://127.0.0.1:${port}` });
    const begun = performance.now();
    const answer = await fetch(`${world.publicUrl}/oidc/login`, { redirect: 'manual' });

    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('The identity provider does not answer');
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect((await world.api.call('GET', '/v1/oidc')).json).toMatchObject({
      lastFailure: { code: 'oidc_unreachable' },
    });
    expect((await fetch(`${world.publicUrl}/login`)).status).toBe(200);
    await world.close();
    silent.close();
  });

  it('an identity provider that calls itself otherwise than the environment does is not believed', async () => {
    const world = await oidcWorld();
    const other = await oidcWorld(
      { OIDC_ISSUER: world.provider.url.replace('127.0.0.1', 'localhost') },
      { provider: world.provider },
    );
    const answer = await fetch(`${other.publicUrl}/oidc/login`, { redirect: 'manual' });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('calls itself otherwise');
    await other.close();
    await world.close();
  });

  it('what stands at the address of an identity provider and is none of OpenID Connect is told as that', async () => {
    const world = await oidcWorld();
    const other = await oidcWorld(
      { OIDC_ISSUER: `${world.provider.url}/nothing` },
      { provider: world.provider },
    );
    const answer = await fetch(`${other.publicUrl}/oidc/login`, { redirect: 'manual' });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('OAuth 2.0 alone');
    await other.close();
    await world.close();
  });

  it('a wrong secret of ours at an identity provider is told as that', async () => {
    const world = await oidcWorld({ OIDC_CLIENT_SECRET: 'another secret' });
    world.provider.person = { sub: 'somebody', groups: ['heads'] };
    const answer = await world.newcomer().logIn();
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('OIDC_CLIENT_SECRET');
    expect((await world.api.call('GET', '/v1/oidc')).json).toMatchObject({
      lastFailure: {
        code: 'oidc_refused_us',
        detail: expect.stringContaining('invalid_client'),
      },
    });
    await world.close();
  });

  it.each([
    ['within what is tolerated comes in', ID_TOKEN_SECONDS + 30, 200],
    ['beyond it is refused and told', ID_TOKEN_SECONDS + 90, 503],
  ])(
    'a login with a clock of ours that is ahead of the identity provider’s %s',
    async (_, seconds, status) => {
      const world = await oidcWorld({ CLOCK_OFFSET_MS: String(seconds * 1_000) });
      world.provider.person = { sub: 'somebody', groups: ['heads'] };
      const answer = await world.newcomer().logIn();
      expect(answer.status).toBe(status);
      if (status === 503) expect(answer.text).toContain('校准两边的时钟');
      await world.close();
    },
  );

  it('accounts may come from a claim of their own of an identity provider, and roles by their own names', async () => {
    const world = await oidcWorld({
      OIDC_ROLES: '',
      OIDC_ROLE_CLAIM: 'groups',
      OIDC_ACCOUNTS_CLAIM: 'appids',
      OIDC_NAME: '飞书',
    });
    await world.account(SHOP);
    world.provider.person = {
      sub: 'one',
      groups: ['sender', 'nothing'],
      appids: [SHOP, 'wx00000000000000cc'],
    };
    const browser = world.newcomer();
    await browser.logIn();
    expect((await browser.me()).json).toMatchObject({
      grants: [{ appids: [SHOP], role: 'sender' }],
    });

    world.provider.person = { sub: 'two', groups: ['sender'] };
    expect((await world.newcomer().logIn()).status).toBe(403);
    expect((await world.newcomer().visit(`${world.publicUrl}/login`)).text).toContain(
      '用 飞书 登录',
    );
    await world.close();
  });

  it('no password lets anybody in where passwords are off, and the setup, keys and the identity provider do', async () => {
    const world = await oidcWorld({ PASSWORD_LOGIN: 'off' });
    const admin = { login: 'first', name: 'First', password: 'correct horse battery' };
    const made = await world.browser().call('POST', '/v1/setup', {
      ...admin,
      key: world.api.adminKey,
    });
    expect(made.status).toBe(201);
    expect(await world.browser().logIn('first', admin.password)).toMatchObject({
      status: 403,
      json: { code: 'password_login_off' },
    });
    const page = await world.newcomer().visit(`${world.publicUrl}/login`);
    expect(page.text).not.toContain('name="password"');
    expect(page.text).toContain('name="key"');
    const key = { key: world.api.adminKey };
    expect((await world.browser().call('POST', '/v1/login', key)).status).toBe(200);
    expect((await world.newcomer().visit(`${world.publicUrl}/login`, key)).status).toBe(303);
    world.provider.person = { sub: 'somebody', groups: ['heads'] };
    expect((await world.newcomer().logIn()).status).toBe(200);
    await world.close();
  });

  it('a login by an identity provider that one process has begun is finished by another, once', async () => {
    const world = await oidcWorld();
    const { provider, publicUrl } = world;
    const { databaseUrl } = world.api;
    const second = await oidcWorld({}, { provider, publicUrl, databaseUrl });
    provider.person = { sub: 'somebody', groups: ['heads'] };
    const browser = world.newcomer();
    const callback = await browser.toCallback();
    const { pathname, search } = new URL(callback);
    const twin = browser.twin();
    const elsewhere = await browser.visit(`${second.api.url}${pathname}${search}`);
    expect(elsewhere.status).toBe(200);
    expect((await twin.visit(callback)).status).toBe(400);
    await second.close();
    await world.close();
  });
});

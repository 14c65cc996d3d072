import type { Grant } from '../../../src/access/caller.js';
import {
  Browser,
  operatorsWorld,
  type OperatorsWorld,
  PASSWORD,
} from '../../support/worlds/operators-world.js';

const ADMIN: Grant[] = [{ appids: null, role: 'admin' }];
const SHOP = 'wx00000000000000aa';
const SCHOOL = 'wx00000000000000bb';

describe('operators', () => {
  let world: OperatorsWorld;
  beforeAll(async () => {
    world = await operatorsWorld();
    await world.account(SHOP);
    await world.account(SCHOOL);
  });
  afterAll(() => world.close());

  const byKey = (method: string, path: string, body?: unknown) =>
    world.api.call(method, path, body);

  it('an operator is made with a one-time password, and may do nothing before it is changed', async () => {
    const made = await byKey('POST', '/v1/operators', {
      login: 'Li.Lei',
      name: '李雷',
      grants: ADMIN,
    });
    expect(made).toMatchObject({
      status: 201,
      json: {
        oneTimePassword: expect.stringMatching(/^(?:[a-z2-9]{4}-){3}[a-z2-9]{4}$/),
        operator: { login: 'Li.Lei', name: '李雷', mustChangePassword: true, grants: ADMIN },
      },
    });
    const { oneTimePassword } = made.json as { oneTimePassword: string };
    const browser = world.browser();
    expect(await browser.logIn('li.lei', oneTimePassword)).toMatchObject({
      status: 200,
      json: { kind: 'operator', login: 'Li.Lei', mustChangePassword: true },
    });

    expect(await browser.call('GET', '/v1/accounts')).toMatchObject({
      status: 403,
      json: { code: 'password_change_required' },
    });
    const change = (password: string) =>
      browser.call('POST', '/v1/me/password', { current: oneTimePassword, password });
    expect(await change('1234567890')).toMatchObject({
      status: 422,
      json: { code: 'weak_password' },
    });
    expect(await change(PASSWORD)).toMatchObject({ status: 204 });

    expect(await browser.call('GET', '/v1/accounts')).toMatchObject({ status: 200 });
    expect(await world.browser().logIn('LI.LEI', oneTimePassword)).toMatchObject({ status: 401 });
    expect(await world.browser().logIn('LI.LEI', PASSWORD)).toMatchObject({ status: 200 });
  });

  it('a login is given to one person, whatever its case', async () => {
    const ask = (login: string) =>
      byKey('POST', '/v1/operators', { login, name: 'x', grants: ADMIN });
    expect(await ask('once')).toMatchObject({ status: 201 });
    expect(await ask('ONCE')).toMatchObject({ status: 409, json: { code: 'login_taken' } });
  });

  it.each([
    [{ login: 'a b' }, 400],
    [{ login: '' }, 400],
    [{ login: 'x'.repeat(65) }, 400],
    [{ name: '' }, 400],
    [{ name: 'a\nb' }, 400],
    [{ grants: [{ appids: null, role: 'king' }] }, 400],
    [{ grants: [{ appids: ['nonsense'], role: 'viewer' }] }, 400],
    [{ grants: [{ role: 'viewer' }] }, 400],
    [{ grants: undefined }, 400],
    [{ password: '1234567890' }, 422],
    [{ grants: [{ appids: ['wx00000000000000ff'], role: 'viewer' }] }, 422],
  ])('an operator is not made with %j', async (part, status) => {
    const body = { login: 'nobody', name: 'Nobody', grants: ADMIN, ...part };
    expect(await byKey('POST', '/v1/operators', body)).toMatchObject({ status });
  });

  it('nobody gives more than they have, nor sees whose rights reach further', async () => {
    const boss = await world.person('boss', ADMIN);
    const shop = await world.person('shop', [{ appids: [SHOP], role: 'admin' }]);
    const give = (grants: unknown) =>
      shop.call('POST', '/v1/operators', { login: `x${Math.random()}`, name: 'x', grants });

    expect(await give([{ appids: [SHOP], role: 'sender' }])).toMatchObject({ status: 201 });
    expect(await give([{ appids: null, role: 'viewer' }])).toMatchObject({
      status: 403,
      json: { code: 'grant_exceeds_yours' },
    });
    const unseen = await give([{ appids: [SCHOOL], role: 'viewer' }]);
    const unknown = await give([{ appids: ['wx00000000000000ee'], role: 'viewer' }]);
    const none = { status: 422, json: { code: 'account_not_found' } };
    expect([unseen, unknown]).toMatchObject([none, none]);

    const { items } = (await shop.call('GET', '/v1/operators')).json as {
      items: { login: string; grants: { appids: string[] | null }[] }[];
    };
    expect(items.length).toBeGreaterThan(0);
    expect(items.flatMap(({ grants }) => grants.map(({ appids }) => appids))).toEqual(
      items.map(() => [SHOP]),
    );
    for (const [method, path, body] of [
      ['GET', `/v1/operators/${boss.id}`, undefined],
      ['PATCH', `/v1/operators/${boss.id}`, { disabled: true }],
      ['POST', `/v1/operators/${boss.id}/one-time-password`, {}],
    ] as const) {
      expect(await shop.call(method, path, body)).toMatchObject({
        status: 404,
        json: { code: 'operator_not_found' },
      });
    }
    expect(await shop.call('GET', '/v1/operators/none')).toMatchObject({ status: 404 });
    expect(await shop.call('GET', `/v1/sessions?operator=${boss.id}`)).toMatchObject({
      status: 404,
    });
    expect(await boss.call('GET', '/v1/me')).toMatchObject({ status: 200 });
  });

  it('nobody makes operators for accounts on which they manage none', async () => {
    const mixed = await world.person('mixed', [
      { appids: [SHOP], role: 'admin' },
      { appids: null, role: 'viewer' },
    ]);
    for (const appids of [[SHOP, SCHOOL], null]) {
      const body = { login: 'mixed.up', name: 'x', grants: [{ appids, role: 'viewer' }] };
      expect(await mixed.call('POST', '/v1/operators', body)).toMatchObject({
        status: 403,
        json: { code: 'grant_exceeds_yours' },
      });
    }
  });

  it('somebody who manages nobody is told so', async () => {
    const viewer = await world.person('onlooker', [{ appids: [SHOP], role: 'viewer' }]);
    expect(await viewer.call('GET', '/v1/operators')).toMatchObject({
      status: 403,
      json: { code: 'permission_required' },
    });
    expect(await viewer.call('GET', '/v1/sessions?operator=1')).toMatchObject({ status: 403 });
  });

  it('operators are listed by pages', async () => {
    const page = async (query: string) =>
      (await byKey('GET', `/v1/operators?${query}`)).json as {
        items: { id: number }[];
        next: string | null;
      };
    const all = (await page('limit=200')).items.map(({ id }) => id);
    const walked: number[] = [];
    for (let next: string | null = '0'; next !== null;) {
      const { items, next: after } = await page(`limit=2&after=${next}`);
      walked.push(...items.map(({ id }) => id));
      next = after;
    }
    expect(walked).toEqual(all);
    for (const after of ['garbage', '-1', '2147483648'])
      expect(await byKey('GET', `/v1/operators?after=${after}`)).toMatchObject({
        status: 400,
        json: { code: 'cursor_invalid' },
      });
  });

  it('the last admin of everything is neither disabled nor demoted, and two at once do not both go', async () => {
    const alone = await operatorsWorld();
    try {
      const one = await alone.person('one', ADMIN);
      const change = (who: Browser, body: unknown) =>
        alone.api.call('PATCH', `/v1/operators/${who.id}`, body);
      expect(await change(one, { disabled: true })).toMatchObject({
        status: 409,
        json: { code: 'last_admin' },
      });
      expect(await change(one, { grants: [] })).toMatchObject({ status: 409 });
      expect(await change(one, { grants: [...ADMIN, ...ADMIN], name: 'One' })).toMatchObject({
        status: 200,
        json: { name: 'One', grants: ADMIN },
      });

      for (let round = 0; round < 4; round++) {
        const two = await alone.person(`two${round}`, ADMIN);
        const answers = await Promise.all([
          change(one, { disabled: true }),
          change(two, { grants: [{ appids: null, role: 'sender' }] }),
        ]);
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
        await change(two, { grants: ADMIN });
        await change(one, { disabled: false });
        expect(await change(two, { grants: [] })).toMatchObject({ status: 200 });
      }
    } finally {
      await alone.close();
    }
  });

  it('a disabled operator is out at once here, and within seconds in every process', async () => {
    const other = await operatorsWorld({
      databaseUrl: world.api.databaseUrl,
      adminKey: world.api.adminKey,
    });
    try {
      const person = await world.person('leaving', ADMIN);
      const there = new Browser(other.api);
      there.cookie = person.cookie;
      expect((await there.call('GET', '/v1/me')).status).toBe(200);
      await byKey('PATCH', `/v1/operators/${person.id}`, { disabled: true });
      const since = performance.now();
      expect(await person.call('GET', '/v1/me')).toMatchObject({
        status: 401,
        json: { code: 'disabled' },
      });
      while ((await there.call('GET', '/v1/me')).status !== 401) {
        expect(performance.now() - since).toBeLessThan(10_000);
      }
      expect(await person.logIn('leaving')).toMatchObject({
        status: 403,
        json: { code: 'operator_disabled' },
      });
      await byKey('PATCH', `/v1/operators/${person.id}`, { disabled: false });
      expect(await person.logIn('leaving')).toMatchObject({ status: 200 });
    } finally {
      await other.close();
    }
  });

  it('a change of rights acts on sessions that are open, and gives them another token', async () => {
    const person = await world.person('rising', [{ appids: [SHOP], role: 'viewer' }]);
    const former = person.cookie;
    expect((await person.call('GET', '/v1/operators')).status).toBe(403);
    await byKey('PATCH', `/v1/operators/${person.id}`, { grants: ADMIN });
    expect((await person.call('GET', '/v1/operators')).status).toBe(200);
    expect(person.cookie).not.toBe(former);

    // A request that was under way with the former token still comes through; later it is nobody's.
    const late = world.browser();
    late.cookie = former;
    expect((await late.call('GET', '/v1/me')).status).toBe(200);
    await world.db.query(`update session set former_until = clock_now()`);
    await byKey('PATCH', `/v1/operators/${person.id}`, { name: 'Rising' });
    late.cookie = former;
    expect((await late.call('GET', '/v1/me')).status).toBe(401);
    expect((await person.call('GET', '/v1/me')).status).toBe(200);
  });

  it('a reset ends the sessions, and tells a one-time password', async () => {
    const person = await world.person('forgetful', ADMIN);
    const reset = await byKey('POST', `/v1/operators/${person.id}/one-time-password`, {});
    expect(reset).toMatchObject({ status: 200, json: { operator: { mustChangePassword: true } } });
    expect(await person.call('GET', '/v1/me')).toMatchObject({
      status: 401,
      json: { code: 'password_changed' },
    });
    const { oneTimePassword } = reset.json as { oneTimePassword: string };
    expect(await person.logIn('forgetful')).toMatchObject({ status: 401 });
    expect(await person.logIn('forgetful', oneTimePassword)).toMatchObject({
      json: { mustChangePassword: true },
    });
  });

  it('no answer and no log of operators holds a password or its hash', async () => {
    const { text } = await byKey('GET', '/v1/operators?limit=200');
    expect(text).not.toContain('argon2');
    expect(text).not.toContain(PASSWORD);
    const { rows } = await world.db.query<{ kept: string }>(
      `select coalesce(before::text, '') || coalesce(after::text, '') kept from audit_entry`,
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const { kept } of rows) expect(kept).not.toMatch(/argon2|correct horse/);
  });
});

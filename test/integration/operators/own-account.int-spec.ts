import pg from 'pg';
import type { Grant } from '../../../src/access/caller.js';
import { writePhc } from '../../../src/operators/password/phc-string.js';
import { base32, stepAt, totp } from '../../../src/operators/second-factor/totp.js';
import {
  operatorsWorld,
  type OperatorsWorld,
  PASSWORD,
} from '../../support/worlds/operators-world.js';

const ADMIN: Grant[] = [{ appids: null, role: 'admin' }];
const SHOP = 'wx00000000000000aa';
/** Asks argon2 for less than it does. */
const UNREADABLE = writePhc({
  memory: 1,
  passes: 1,
  parallelism: 1,
  salt: Buffer.alloc(16),
  tag: Buffer.alloc(32),
});

describe('an operator’s own account', () => {
  let world: OperatorsWorld;
  beforeAll(async () => {
    world = await operatorsWorld();
    await world.account(SHOP);
  });
  afterAll(() => world.close());

  describe('the setup', () => {
    it('the setup is done once, by the admin key, and two at once make one admin', async () => {
      const fresh = await operatorsWorld();
      try {
        const body = { key: fresh.api.adminKey, login: 'first', name: '第一', password: PASSWORD };
        const setUp = (changed: object = {}) =>
          fresh.browser().call('POST', '/v1/setup', { ...body, ...changed });
        const needed = async () => (await fresh.browser().call('GET', '/v1/setup')).json;

        expect(await needed()).toMatchObject({ needed: true });
        expect(await setUp({ key: 'x'.repeat(43) })).toMatchObject({
          status: 401,
          json: { code: 'wrong_key' },
        });
        expect(await setUp({ password: '1234567890' })).toMatchObject({ status: 422 });
        const answers = await Promise.all([1, 2, 3, 4].map((i) => setUp({ login: `first${i}` })));
        expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(
          1,
        );
        expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
        expect(await needed()).toMatchObject({ needed: false });
        expect(await setUp()).toMatchObject({ status: 409, json: { code: 'setup_done' } });
        const { rows } = await fresh.db.query(`select login from operator`);
        expect(rows).toHaveLength(1);

        const made = answers.find(({ status }) => status === 201);
        expect(made?.json).toMatchObject({
          kind: 'operator',
          name: '第一',
          mustChangePassword: false,
          grants: ADMIN,
          can: { 'operator.manage': 'all' },
        });
        const cookie = made?.headers.getSetCookie()[0]?.split(';')[0] ?? '';
        expect(await fresh.api.call('GET', '/v1/me', undefined, { cookie })).toMatchObject({
          status: 200,
        });
      } finally {
        await fresh.close();
      }
    });
  });

  it('an operator’s own account says who is asking, and on which accounts each permission is held', async () => {
    const person = await world.person('reader', [
      { appids: [SHOP], role: 'sender' },
      { appids: null, role: 'viewer' },
    ]);
    const me = await person.call('GET', '/v1/me');
    expect(me.json).toMatchObject({
      kind: 'operator',
      id: person.id,
      login: 'reader',
      locale: 'zh',
      settings: {},
      hasPassword: true,
      totp: { on: false, recoveryCodesLeft: 0 },
      can: {
        self: 'all',
        'broadcast.read': 'all',
        'broadcast.send': [SHOP],
        'operator.manage': [],
      },
      session: {
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        idleUntil: expect.stringMatching(/Z$/),
        endsAt: expect.stringMatching(/Z$/),
      },
    });
    expect(await world.api.call('GET', '/v1/me')).toMatchObject({
      json: { kind: 'key', login: null, session: null, can: { 'key.manage': 'all' } },
    });
  });

  it('an operator’s own account keeps a name, a language and settings, up to their bounds', async () => {
    const person = await world.person('keeper', ADMIN);
    const change = (body: unknown) => person.call('PATCH', '/v1/me', body);
    const settings = { theme: 'dark', columns: ['name', 'state'] };
    expect(await change({ name: '韩梅梅', locale: 'en', settings })).toMatchObject({
      status: 200,
      json: { name: '韩梅梅', locale: 'en', settings },
    });
    expect(await change({})).toMatchObject({ status: 200, json: { settings } });
    expect(await change({ settings: { big: 'x'.repeat(8_192) } })).toMatchObject({
      status: 422,
      json: { code: 'settings_too_large' },
    });
    const deep = JSON.parse('{"a":'.repeat(9) + '1' + '}'.repeat(9)) as unknown;
    expect(await change({ settings: deep })).toMatchObject({ status: 422 });
    for (const wrong of [{ settings: [] }, { settings: null }, { locale: 'fr' }, { name: '' }]) {
      expect(await change(wrong)).toMatchObject({ status: 400 });
    }
    expect(await world.api.call('PATCH', '/v1/me', { name: 'x' })).toMatchObject({
      status: 409,
      json: { code: 'not_an_operator' },
    });
  });

  it('a changed password ends all other sessions, and gives this one another token', async () => {
    const person = await world.person('careful', ADMIN);
    const elsewhere = world.browser();
    await elsewhere.logIn('careful');
    const former = person.cookie;
    const change = (current: string, password: string) =>
      person.call('POST', '/v1/me/password', { current, password });

    expect(await change('wrong', 'another good one')).toMatchObject({
      status: 422,
      json: { code: 'wrong_password' },
    });
    expect(await change(PASSWORD, 'another good one')).toMatchObject({ status: 204 });
    expect(person.cookie).not.toBe(former);
    expect(await person.call('GET', '/v1/me')).toMatchObject({ status: 200 });
    expect(await elsewhere.call('GET', '/v1/me')).toMatchObject({
      status: 401,
      json: { code: 'password_changed' },
    });
    const page = await elsewhere.call('GET', '/docs', undefined, { accept: 'text/html' });
    expect(page.text).toContain('密码已修改');
    expect(await elsewhere.logIn('careful', 'another good one')).toMatchObject({ status: 200 });
  });

  describe('sessions', () => {
    it('sessions are listed with where they came from, and ended one by one or all others at once', async () => {
      const person = await world.person('traveller', ADMIN);
      const [phone, office] = [world.browser(), world.browser()];
      await phone.logIn('traveller');
      await office.logIn('traveller');
      const list = async () =>
        (
          (await person.call('GET', '/v1/sessions')).json as {
            items: { id: string; current: boolean; ip: string; userAgent: string }[];
          }
        ).items;

      const before = await list();
      expect(before).toHaveLength(3);
      expect(before.filter(({ current }) => current)).toHaveLength(1);
      expect(before[0]).toMatchObject({ ip: '127.0.0.1', userAgent: 'Browser/1.0' });

      const phones = (await phone.call('GET', '/v1/me')).json as { session: { id: string } };
      expect(await person.call('DELETE', `/v1/sessions/${phones.session.id}`)).toMatchObject({
        status: 204,
      });
      expect(await phone.call('GET', '/v1/me')).toMatchObject({
        status: 401,
        json: { code: 'session_ended' },
      });
      expect(await person.call('DELETE', '/v1/sessions')).toMatchObject({ status: 204 });
      expect(await office.call('GET', '/v1/me')).toMatchObject({ status: 401 });
      expect(await list()).toHaveLength(1);
    });

    it('sessions of others are seen and ended by whoever manages them, and by nobody else', async () => {
      const [one, two] = [
        await world.person('one', [{ appids: [SHOP], role: 'viewer' }]),
        await world.person('two', [{ appids: [SHOP], role: 'viewer' }]),
      ];
      const { session } = (await one.call('GET', '/v1/me')).json as { session: { id: string } };
      const missing = { status: 404, json: { code: 'session_not_found' } };
      expect(await two.call('DELETE', `/v1/sessions/${session.id}`)).toMatchObject(missing);
      for (const id of ['nonsense', '00000000-0000-0000-0000-000000000000'])
        expect(await two.call('DELETE', `/v1/sessions/${id}`)).toMatchObject(missing);
      const list = await world.api.call('GET', `/v1/sessions?operator=${one.id}`);
      expect(list).toMatchObject({ status: 200, json: { items: [{ id: session.id }] } });
      expect(await world.api.call('DELETE', `/v1/sessions/${session.id}`)).toMatchObject({
        status: 204,
      });
      expect(await one.call('GET', '/v1/me')).toMatchObject({ status: 401 });
    });

    it('sessions end after twelve idle hours, which polling does not prolong and a person does', async () => {
      await world.person('idler', ADMIN);
      // Of this one nothing has been written down yet: that is done once a minute.
      const person = world.browser();
      await person.logIn('idler');
      const { session } = (await person.call('GET', '/v1/me')).json as { session: { id: string } };
      const idle = async () => {
        const { rows } = await world.db.query<{ minutes: string }>(
          `select extract(epoch from expires_at - clock_now()) / 60 minutes from session where id = $1`,
          [session.id],
        );
        return Number(rows[0]?.minutes);
      };
      const age = () =>
        world.db.query(
          `update session set expires_at = clock_now() + interval '1 hour' where id = $1`,
          [session.id],
        );

      await age();
      await person.call('GET', '/v1/me');
      expect(await idle()).toBeLessThan(61);
      await person.call('GET', '/v1/me', undefined, { 'x-weicast-active': '1' });
      expect(await idle()).toBeGreaterThan(700);

      await world.db.query(
        `update session set ends_at = clock_now() + interval '2 hours' where id = $1`,
        [session.id],
      );
      const { session: shown } = (await person.call('GET', '/v1/me')).json as {
        session: { idleUntil: string; endsAt: string };
      };
      expect(Date.parse(shown.endsAt)).toBeLessThan(Date.now() + 7_300_000);

      await world.db.query(`update session set expires_at = clock_now() where id = $1`, [
        session.id,
      ]);
      const late = world.browser();
      late.cookie = person.cookie;
      const ended = async () => {
        for (;;) {
          const answer = await late.call('GET', '/v1/me');
          if (answer.status === 401) return answer;
        }
      };
      expect(await ended()).toMatchObject({ json: { code: 'session_expired' } });
    });

    it('sessions end at the logout', async () => {
      const person = await world.person('leaver', ADMIN);
      const { cookie } = person;
      const out = await person.call('POST', '/v1/logout');
      expect(out).toMatchObject({ status: 200, json: { endSessionUrl: null } });
      expect(out.headers.getSetCookie()[0]).toContain('Max-Age=0');
      person.cookie = cookie;
      expect(await person.call('GET', '/v1/me')).toMatchObject({
        status: 401,
        json: { code: 'session_ended' },
      });
    });

    it('sessions are opened from pages of this installation alone', async () => {
      const typed = { login: 'reader', password: PASSWORD };
      for (const headers of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ]) {
        const answer = await world.browser().call('POST', '/v1/login', typed, headers);
        expect(answer).toMatchObject({ status: 403, json: { code: 'cross_origin' } });
      }
    });

    it('sessions are opened with an API key as well', async () => {
      const browser = world.browser();
      expect(await browser.call('POST', '/v1/login', { key: world.api.adminKey })).toMatchObject({
        status: 200,
        json: { kind: 'key', name: 'bootstrap' },
      });
      expect(await browser.call('GET', '/v1/sessions')).toMatchObject({
        json: { items: [{ current: true }] },
      });
      expect(await world.browser().call('POST', '/v1/login', { key: 'wrong' })).toMatchObject({
        status: 401,
        json: { code: 'wrong_key' },
      });
      expect(await world.browser().call('POST', '/v1/login', {})).toMatchObject({ status: 400 });
    });
  });

  describe('the second step', () => {
    const secretOf = (text: string): Buffer => {
      const bits = [...text]
        .map((sign) =>
          'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'),
        )
        .join('');
      return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
    };
    const codeOf = (secret: Buffer, later = 0) => totp(secret, stepAt(new Date()) + later);
    const turnOn = async (login: string) => {
      const person = await world.person(login, ADMIN);
      const start = await person.call('POST', '/v1/me/totp', { password: PASSWORD });
      const { secret: text, uri } = start.json as { secret: string; uri: string };
      const secret = secretOf(text);
      expect(base32(secret)).toBe(text);
      expect(uri).toContain(`secret=${text}`);
      const confirmed = await person.call('POST', '/v1/me/totp/confirm', {
        code: codeOf(secret, -1),
      });
      expect(confirmed.status).toBe(200);
      const { recoveryCodes } = confirmed.json as { recoveryCodes: string[] };
      return { person, secret, recoveryCodes };
    };

    it('the second step is on once a code of the new secret has been seen, and asked for from then on', async () => {
      const { person, secret, recoveryCodes } = await turnOn('stepper');
      expect(new Set(recoveryCodes).size).toBe(10);
      expect(await person.call('GET', '/v1/me')).toMatchObject({
        json: { totp: { on: true, recoveryCodesLeft: 10 } },
      });
      const { rows } = await world.db.query<{ sealed: Buffer }>(
        `select totp_secret sealed from operator where login = 'stepper'`,
      );
      expect(rows[0]?.sealed.includes(secret)).toBe(false);

      const browser = world.browser();
      expect(await browser.logIn('stepper')).toMatchObject({
        status: 401,
        json: { code: 'totp_required' },
      });
      expect(await browser.logIn('stepper', 'wrong', codeOf(secret))).toMatchObject({
        json: { code: 'wrong_login' },
      });
      expect(await browser.logIn('stepper', PASSWORD, '000000')).toMatchObject({
        status: 401,
        json: { code: 'wrong_code' },
      });
      const code = codeOf(secret);
      const [one, two] = await Promise.all([
        world.browser().logIn('stepper', PASSWORD, code),
        world.browser().logIn('stepper', PASSWORD, code),
      ]);
      expect(new Set([one.status, two.status])).toEqual(new Set([200, 401]));
      expect(await world.browser().logIn('stepper', PASSWORD, code)).toMatchObject({
        json: { code: 'wrong_code' },
      });
    });

    it('the second step is not on before it is confirmed, nor begun by a session alone', async () => {
      const person = await world.person('beginner', ADMIN);
      expect(await person.call('POST', '/v1/me/totp', { password: 'wrong' })).toMatchObject({
        status: 422,
        json: { code: 'wrong_password' },
      });
      await person.call('POST', '/v1/me/totp', { password: PASSWORD });
      expect(await person.call('POST', '/v1/me/totp/confirm', { code: '000000' })).toMatchObject({
        status: 422,
        json: { code: 'wrong_code' },
      });
      expect(await world.browser().logIn('beginner')).toMatchObject({ status: 200 });
    });

    it('the second step is passed by each recovery code once, and by none of the former after new ones', async () => {
      const { person, recoveryCodes } = await turnOn('careless');
      const [one = '', two = ''] = recoveryCodes;
      const at = (code: string) => world.browser().logIn('careless', PASSWORD, code);
      expect(await at(one.toUpperCase())).toMatchObject({ status: 200 });
      expect(await at(one)).toMatchObject({ status: 401, json: { code: 'wrong_code' } });
      expect(await person.call('GET', '/v1/me')).toMatchObject({
        json: { totp: { recoveryCodesLeft: 9 } },
      });
      const renewed = await person.call('POST', '/v1/me/recovery-codes', { password: PASSWORD });
      const [fresh = ''] = (renewed.json as { recoveryCodes: string[] }).recoveryCodes;
      expect(await at(two)).toMatchObject({ status: 401 });
      expect(await at(fresh)).toMatchObject({ status: 200 });
    });

    it('the second step is taken off with the password, and by an admin for somebody who has lost their phone', async () => {
      const { person } = await turnOn('taker');
      expect(await person.call('DELETE', '/v1/me/totp', { password: 'wrong' })).toMatchObject({
        status: 422,
      });
      expect(await person.call('DELETE', '/v1/me/totp', { password: PASSWORD })).toMatchObject({
        status: 204,
      });
      expect(await world.browser().logIn('taker')).toMatchObject({ status: 200 });

      const { person: lost } = await turnOn('lost');
      const reset = await world.api.call('POST', `/v1/operators/${lost.id}/one-time-password`, {
        withoutTotp: true,
      });
      const { oneTimePassword } = reset.json as { oneTimePassword: string };
      expect(await world.browser().logIn('lost', oneTimePassword)).toMatchObject({
        json: { totp: { on: false } },
      });
    });
  });

  it('a login that was judged before a reset of the password does not outlive the reset', async () => {
    const person = await world.person('raced', ADMIN);
    // The reset locks admins by their ids, and waits for this one.
    const last = await world.person('last', ADMIN);
    const watch = new pg.Client({ connectionString: world.api.databaseUrl });
    await watch.connect();
    const waiting = async (many: number) => {
      for (;;) {
        const { rowCount } = await watch.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        if (rowCount === many) return;
      }
    };
    try {
      await world.db.query('begin');
      await world.db.query('select 1 from operator where id = $1 for update', [last.id]);
      const reset = world.api.call('POST', `/v1/operators/${person.id}/one-time-password`, {});
      await waiting(1);
      const browser = world.browser();
      const login = browser.logIn('raced');
      await waiting(2);
      await world.db.query('commit');
      expect(await reset).toMatchObject({ status: 200 });
      expect(await login).toMatchObject({ status: 401, json: { code: 'wrong_login' } });
      expect(browser.cookie).toBe('');
    } finally {
      await world.db.query('rollback');
      await watch.end();
    }
  });

  it('a login whose rights have changed at once is answered with the token that is in force', async () => {
    await world.person('promoted', ADMIN);
    await world.db.query(`
      create function promote() returns trigger language plpgsql as $$ begin
        update operator set rights_version = rights_version + 1 where id = new.operator_id;
        return new;
      end $$;
      create trigger promote after insert on session for each row execute function promote()`);
    try {
      const browser = world.browser();
      expect(await browser.logIn('promoted')).toMatchObject({ status: 200 });
      const [, token] = browser.cookie.split('=');
      const { rows } = await world.db.query(
        `select former_hash from session where hash = sha256($1::text::bytea)`,
        [token],
      );
      expect(rows).toEqual([{ former_hash: expect.any(Buffer) }]);
    } finally {
      await world.db.query('drop trigger promote on session; drop function promote');
    }
  });

  describe('wrong logins', () => {
    it.each([
      ['a password', `password_hash = '${UNREADABLE}'`],
      ['a code', `totp_secret = '\\x00'`],
    ])('wrong logins are not counted where %s could not be judged', async (what, broken) => {
      const login = `unjudged-${what.slice(2)}`;
      const person = await world.person(login, ADMIN);
      await world.db.query(`update operator set ${broken} where id = $1`, [person.id]);
      await world.db.query('delete from login_attempt');
      for (let i = 0; i < 3; i++)
        expect((await world.browser().logIn(login, PASSWORD, '123456')).status).toBe(500);
      const { rows } = await world.db.query('select distinct count from login_attempt');
      expect(rows).toEqual([{ count: 0 }]);
    });

    it('wrong logins are answered alike, whether the login is known or not', async () => {
      await world.person('known', ADMIN);
      const known = await world.browser().logIn('known', 'wrong password');
      const unknown = await world.browser().logIn('unknown', 'wrong password');
      const plain = ({ json }: { json: unknown }) => ({ ...(json as object), instance: '' });
      expect(plain(known)).toEqual(plain(unknown));
      expect(known).toMatchObject({ status: 401, json: { code: 'wrong_login' } });
    });

    it('wrong logins stop the login after ten, with the time to wait', async () => {
      await world.person('attacked', ADMIN);
      const answers = [];
      for (let i = 0; i < 12; i++)
        answers.push(await world.browser().logIn('attacked', `guess ${i}`));
      const codes = answers.map(({ status }) => status);
      expect(codes.filter((status) => status === 401).length).toBeLessThanOrEqual(10);
      const last = answers.at(-1);
      expect(last).toMatchObject({
        status: 429,
        json: { code: 'too_many_attempts', retryAfterSeconds: expect.any(Number) },
      });
      expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
      await world.db.query('delete from login_attempt');
      expect(await world.browser().logIn('attacked')).toMatchObject({ status: 200 });
    });
  });

  describe('the plain page', () => {
    const post = (form: Record<string, string>) =>
      fetch(`${world.api.url}/login`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams(form),
      });

    it('the plain page of the login lets people in by login and password, and leads where they were going', async () => {
      await world.person('plain', ADMIN);
      const answer = await post({ login: 'plain', password: PASSWORD, next: '/queues' });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/queues']);
      expect(answer.headers.getSetCookie()[0]).toMatch(/^weicast_session=[\w-]{43};/);
    });

    it('the plain page of the login says what is wrong, keeps the login, and shows neither the password nor a script', async () => {
      const answer = await post({ login: '"><script>', password: 'my "secret"' });
      const page = await answer.text();
      expect(answer.status).toBe(401);
      expect(page).toContain('登录名或密码不正确');
      expect(page).toContain('&quot;&gt;&lt;script&gt;');
      expect(page).not.toContain('<script');
      expect(page).not.toContain('secret');
      await world.db.query('delete from login_attempt');
    });

    it('the plain page of the login asks for the code of somebody who has one', async () => {
      const person = await world.person('plain-step', ADMIN);
      const { secret } = (await person.call('POST', '/v1/me/totp', { password: PASSWORD }))
        .json as { secret: string };
      expect(secret).toHaveLength(32);
      await world.db.query(
        `update operator set totp_secret = totp_pending where login = 'plain-step'`,
      );
      const page = await (await post({ login: 'plain-step', password: PASSWORD })).text();
      expect(page).toContain('name="code"');
      expect(page).toContain('value="plain-step"');
    });
  });
});

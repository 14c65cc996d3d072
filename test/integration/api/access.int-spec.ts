import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { Controller, Get, Post } from '@nestjs/common';
import pg from 'pg';
import { ApiKeysService } from '../../../src/access/api-keys.service.js';
import { callerNow } from '../../../src/access/caller.js';
import { Needs } from '../../../src/access/needs.decorator.js';
import { BODY_LIMIT_BYTES } from '../../../src/http/http.setup.js';
import { actorNow } from '../../../src/kernel/acting.js';
import { HealthApiModule } from '../../../src/health/health.api.module.js';
import { AccountsApiModule } from '../../support/worlds/api-modules.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';

@Controller('v1/things')
class ThingsController {
  @Get()
  @Needs('account.read')
  list(): string[] {
    return [];
  }

  @Post()
  @Needs('template.sync')
  add(): string {
    return 'added';
  }

  @Post('everywhere')
  @Needs('account.read', { everywhere: true })
  reset(): string {
    return 'reset';
  }

  @Post('who')
  @Needs('self')
  async who(): Promise<object> {
    await setTimeout(5);
    return { actor: actorNow(), caller: callerNow()?.name };
  }

  @Get('broken')
  @Needs('account.read')
  fail(): never {
    throw new Error('the secret of the house');
  }
}

@Controller('wechat/:appid/callback')
class PretendCallbackController {
  @Get()
  answer(): string {
    return 'echo';
  }
}

describe('access', () => {
  let api: ApiApp;
  let db: pg.Client;

  beforeAll(async () => {
    api = await startApi([
      AccountsApiModule,
      HealthApiModule,
      { module: class ThingsModule {}, controllers: [ThingsController, PretendCallbackController] },
    ]);
    db = new pg.Client({ connectionString: api.databaseUrl });
    await db.connect();
  });
  afterAll(async () => {
    await db.end();
    await api.close();
  });

  const nobody = {};
  const wrong = { authorization: `Bearer ${'w'.repeat(43)}` };
  const addKey = async (name: string, role: string): Promise<{ authorization: string }> => {
    const key = `${name}-${'k'.repeat(40)}`;
    await db.query(
      `insert into api_key (name, hash, role) values ($1, sha256(convert_to($2, 'UTF8')), $3)
       on conflict (name) do nothing`,
      [name, key, role],
    );
    return { authorization: `Bearer ${key}` };
  };

  describe('without a good key', () => {
    it.each([
      ['GET', '/v1/accounts'],
      ['POST', '/v1/accounts'],
      ['GET', '/v1/accounts/wx0123456789abcdef'],
      ['PATCH', '/v1/accounts/wx0123456789abcdef'],
      ['DELETE', '/v1/accounts/wx0123456789abcdef'],
      ['POST', '/v1/accounts/wx0123456789abcdef/hold'],
      ['POST', '/v1/accounts/wx0123456789abcdef/lift'],
      ['GET', '/v1/things'],
      ['HEAD', '/v1/things'],
      ['OPTIONS', '/v1/things'],
      ['GET', '/v1/th%69ngs'],
      ['GET', '/v1//things'],
      ['GET', '/v1/things/'],
      ['GET', '/V1/things'],
      ['GET', '/metrics'],
      ['GET', '/metric%73'],
      ['GET', '/docs'],
      ['GET', '/docs/docs.js'],
      ['GET', '/docs/docs.css'],
      ['GET', '/openapi.json'],
      ['GET', '/openapi.yaml'],
      ['POST', '/logout'],
      ['GET', '/logout'],
      ['GET', '/no/such/route'],
      ['GET', '/'],
      ['GET', '/wechat'],
      ['GET', '/wechat/../v1/things'],
      ['GET', '/wechat/%2e%2e/v1/things'],
      ['GET', '/wechat%2f..%2fv1/things'],
      ['GET', '/health/no-such'],
      ['GET', '/health/../metrics'],
      ['GET', '/login/../v1/things'],
      ['GET', '/login%2f..%2fmetrics'],
      ['GET', '/login;/v1/things'],
      ['DELETE', '/login'],
    ])('%s %s answers 401 without a good key', async (method, path) => {
      for (const headers of [nobody, wrong]) {
        const answer = await raw(api.url, method, path, headers);
        expect(answer).toMatchObject({ status: 401 });
        if (method !== 'HEAD') expect(answer.body).toContain('"code":"unauthenticated"');
      }
    });

    it('access without a good key no route answers but those that are for everybody', async () => {
      const answering = new Set<string>();
      for (const { method, pattern } of api.routes) {
        const path = pattern.replace(':appid', 'wx0123456789abcdef').replace('*', 'x');
        for (const headers of [nobody, wrong]) {
          const { status } = await raw(api.url, method, path, headers);
          if (status !== 401) answering.add(pattern);
        }
      }
      expect([...answering].sort()).toEqual([
        '/health',
        '/health/live',
        '/health/ready',
        '/login',
        '/oidc/callback',
        '/oidc/login',
        '/v1/login',
        '/v1/setup',
        '/wechat/:appid/callback',
      ]);
    });

    it.each(['/health/live', '/health/ready', '/login', '/wechat/wx1/callback'])(
      'GET %s answers without a key',
      async (path) => {
        expect(await api.call('GET', path, undefined, nobody)).toMatchObject({ status: 200 });
      },
    );

    it.each([
      'Basic dXNlcjpwYXNz',
      'Bearer',
      'Bearer ',
      `Bearer ${'x'.repeat(600)}`,
      `bearer${'x'.repeat(43)}`,
    ])('a header like "%s" is no good key', async (authorization) => {
      expect(await api.call('GET', '/v1/things', undefined, { authorization })).toMatchObject({
        status: 401,
        json: { code: 'unauthenticated' },
      });
    });

    it('a browser without a good key is offered the login page, with the way back', async () => {
      const answer = await api.call('GET', '/docs?x=%22%3E', undefined, { accept: 'text/html' });
      expect(answer.status).toBe(401);
      expect(answer.text).toContain('<form method="post" action="/login">');
      expect(answer.text).toContain('value="/docs?x=%22%3E"');
      expect(answer.headers.get('content-security-policy')).toContain(`script-src 'self'`);
    });
  });

  describe('with a key', () => {
    it('access with a key does what its role may, and no more', async () => {
      const viewer = await addKey('viewer', 'viewer');
      const editor = await addKey('editor', 'editor');
      api.app.get(ApiKeysService, { strict: false }).forget();
      const statuses = async (headers: Record<string, string>) => [
        (await api.call('GET', '/v1/things', undefined, headers)).status,
        (await api.call('POST', '/v1/things', undefined, headers)).status,
        (await api.call('POST', '/v1/things/everywhere', undefined, headers)).status,
        (await api.call('GET', '/metrics', undefined, headers)).status,
      ];
      const onNone = await addKey('none', 'admin');
      await db.query(
        `delete from role_grant where api_key_id = (select id from api_key where name = 'none')`,
      );
      api.app.get(ApiKeysService, { strict: false }).forget();
      expect(await statuses(viewer)).toEqual([200, 403, 201, 200]);
      expect(await statuses(editor)).toEqual([200, 201, 201, 200]);
      expect(await statuses(onNone)).toEqual([403, 403, 403, 403]);
      expect(await statuses({ authorization: `Bearer ${api.adminKey}` })).toEqual([
        200, 201, 201, 200,
      ]);
      expect(await api.call('POST', '/v1/things', undefined, viewer)).toMatchObject({
        json: {
          code: 'permission_required',
          permission: 'template.sync',
          roles: ['editor', 'sender', 'admin'],
        },
      });
    });

    it('access with a key knows in the handler who calls, and outside of requests nobody', async () => {
      const viewer = await addKey('asking', 'viewer');
      api.app.get(ApiKeysService, { strict: false }).forget();
      const asked = { name: 'x'.repeat(10_000) };
      const answers = await Promise.all([
        api.call('POST', '/v1/things/who', asked, viewer),
        api.call('POST', '/v1/things/who', asked),
      ]);
      expect(answers.map(({ json }) => json)).toMatchObject([
        { actor: { kind: 'key', name: 'asking', ip: '127.0.0.1' }, caller: 'asking' },
        { actor: { kind: 'key', name: 'bootstrap' }, caller: 'bootstrap' },
      ]);
      expect([actorNow().kind, callerNow()]).toEqual(['system', undefined]);
    });

    it('access with a key needs no query for each request', async () => {
      await api.call('GET', '/v1/things');
      await db.query('begin; lock table api_key in access exclusive mode');
      try {
        const answers = await Promise.all(
          Array.from({ length: 50 }, () => api.call('GET', '/v1/things')),
        );
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      } finally {
        await db.query('rollback');
      }
    });
  });

  describe('a session', () => {
    const post = (
      path: string,
      form: Record<string, string>,
      headers: Record<string, string> = {},
    ) =>
      fetch(`${api.url}${path}`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams(form),
        headers,
      });
    const logIn = async (): Promise<string> => {
      const response = await post('/login', { key: api.adminKey });
      return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    };

    it('a session is opened with a key, and is a cookie that scripts and other sites do not get', async () => {
      const response = await post('/login', { key: api.adminKey, next: '/queues?x=1' });

      expect([response.status, response.headers.get('location')]).toEqual([303, '/queues?x=1']);
      const [cookie = ''] = response.headers.getSetCookie();
      expect(cookie).toMatch(
        /^weicast_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
      );
      expect((await api.call('GET', '/v1/things', undefined, { cookie })).status).toBe(200);
      const { rows } = await db.query<{ hash: string }>(
        `select encode(hash, 'escape') hash from session`,
      );
      expect(JSON.stringify(rows)).not.toContain(cookie.slice(16, 40));
    });

    it.each([
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '',
    ])('a session leads nowhere else: %s', async (next) => {
      const response = await post('/login', { key: api.adminKey, next });
      expect(response.headers.get('location')).toBe('/');
    });

    it('a session that began at the bare address leads to a page', async () => {
      const page = await fetch(api.url, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(401);
      const [, next = ''] = /name="next"[^>]*value="([^"]*)"/.exec(await page.text()) ?? [];
      const cookie = await logIn();
      const home = await fetch(`${api.url}${next}`, { redirect: 'manual', headers: { cookie } });
      expect([home.status, home.headers.get('location')]).toEqual([303, '/docs']);
    });

    it('a session is not opened with a wrong key', async () => {
      const response = await post('/login', { key: 'wrong', next: '/"><script>' });
      expect(response.status).toBe(401);
      expect(response.headers.getSetCookie()).toEqual([]);
      const page = await response.text();
      expect(page).toContain('密钥不正确');
      expect(page).not.toContain('<script>');
    });

    it('a session is not opened from a page of another site', async () => {
      const status = async (headers: Record<string, string>) =>
        (await post('/login', { key: api.adminKey }, headers)).status;
      expect(await status({ origin: 'https://evil.example' })).toBe(403);
      expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    });

    it('a session changes things only from a page of this installation', async () => {
      const cookie = await logIn();
      const status = async (headers: Record<string, string>) =>
        (await api.call('POST', '/v1/things', undefined, { cookie, ...headers })).status;

      expect(await status({})).toBe(403);
      expect(await status({ origin: 'https://evil.example' })).toBe(403);
      expect(await status({ origin: 'null' })).toBe(403);
      expect(await status({ 'sec-fetch-site': 'same-site' })).toBe(403);
      expect(await status({ 'sec-fetch-site': 'cross-site', origin: api.url })).toBe(403);
      expect(await status({ 'sec-fetch-site': 'same-origin' })).toBe(201);
      expect(await status({ origin: api.url })).toBe(201);
    });

    it('a session does not help out a wrong key', async () => {
      const cookie = await logIn();
      expect((await api.call('GET', '/v1/things', undefined, { cookie, ...wrong })).status).toBe(
        401,
      );
    });

    it('a session ends with the logout', async () => {
      const cookie = await logIn();
      const out = await post('/logout', {}, { cookie, origin: api.url });
      expect(out.status).toBe(303);
      expect(out.headers.getSetCookie()[0]).toContain('Max-Age=0');
      expect((await api.call('GET', '/v1/things', undefined, { cookie })).status).toBe(401);
    });

    it('a session is ended from a page without a script, and not by opening it', async () => {
      const cookie = await logIn();
      const page = await fetch(`${api.url}/logout`, { headers: { cookie } });
      expect(page.status).toBe(200);
      expect(await page.text()).toMatch(/<form method="post" action="\/logout">[^]*退出登录/);
      expect((await api.call('GET', '/v1/things', undefined, { cookie })).status).toBe(200);
    });

    it('a session ends by itself', async () => {
      const cookie = await logIn();
      await db.query(`update session set expires_at = clock_now()`);
      expect((await api.call('GET', '/v1/things', undefined, { cookie })).status).toBe(401);
    });

    it('a session that has ended is told so in a browser, and one that never was is not', async () => {
      const cookie = await logIn();
      await db.query(`update session set expires_at = clock_now()`);
      const page = async (headers: Record<string, string>) =>
        (
          await fetch(`${api.url}/v1/things`, { headers: { accept: 'text/html', ...headers } })
        ).text();
      expect(await page({ cookie })).toContain('Your session has ended');
      expect(await page({})).not.toContain('role="alert"');
    });

    it('a session is opened with the right key from an address of which wrong ones keep coming', async () => {
      for (let i = 0; i < 12; i++)
        expect((await post('/login', { key: 'guess' })).status).toBe(401);
      expect((await post('/login', { key: api.adminKey })).status).toBe(303);
    });
  });

  it('access counts who is turned away, and logs them seldom', async () => {
    const counted = async (how: string) => {
      const { text } = await api.call('GET', '/metrics');
      const count = new RegExp(`^weicast_unauthenticated_total{how="${how}"} (\\d+)$`, 'm');
      return Number(count.exec(text)?.[1] ?? 0);
    };
    const ways = {
      no_key: () => api.call('GET', '/v1/things', undefined, nobody),
      wrong_key: () => api.call('GET', '/v1/things', undefined, wrong),
      old_session: () =>
        api.call('GET', '/v1/things', undefined, { cookie: `weicast_session=${'x'.repeat(43)}` }),
      wrong_login: () => api.call('POST', '/login', { key: 'guess' }, nobody),
    };
    const lines: unknown[] = [];
    const keep = (line: unknown) => lines.push(line);
    api.app.useLogger({ log: keep, warn: keep, error: keep, debug: keep });
    try {
      for (const [how, knock] of Object.entries(ways)) {
        const before = await counted(how);
        for (let i = 0; i < 30; i++) expect((await knock()).status).toBe(401);
        expect([how, (await counted(how)) - before]).toEqual([how, 30]);
      }
      const refused = lines.filter((line) => JSON.stringify(line).includes('401'));
      expect(refused.length).toBeLessThan(20);
    } finally {
      api.app.useLogger(false);
    }
  });

  describe('what goes wrong', () => {
    it.each([
      ['an unknown route', 'GET', '/v1/nothing', undefined, 404, 'route_not_found'],
      ['a body that is not JSON', 'POST', '/v1/accounts', '{"a":', 400, 'invalid_json'],
      ['no body where one belongs', 'POST', '/v1/accounts', '', 400, 'invalid_request'],
      ['a body that is no object', 'POST', '/v1/accounts', '[]', 400, 'invalid_request'],
      [
        'a body that reaches for prototypes',
        'POST',
        '/v1/accounts',
        '{"__proto__":{}}',
        400,
        'invalid_json',
      ],
      ['a URL that is none', 'GET', '/v1/%zz', undefined, 400, 'invalid_url'],
    ] as const)('%s is told as a problem', async (_, method, path, body, status, code) => {
      const answer = await api.call(method, path, body, {
        authorization: `Bearer ${api.adminKey}`,
        'content-type': 'application/json',
      });
      expect(answer).toMatchObject({
        status,
        json: { type: 'about:blank', status, code, instance: expect.stringMatching(/^urn:uuid:/) },
      });
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    });

    it('a body too large is told the limit, and another type that it is not taken', async () => {
      const large = await api.call('POST', '/v1/accounts', 'x'.repeat(BODY_LIMIT_BYTES + 1));
      expect(large).toMatchObject({
        status: 413,
        json: { code: 'body_too_large', detail: expect.stringContaining(String(BODY_LIMIT_BYTES)) },
      });
      const yaml = await api.call('POST', '/v1/accounts', 'appid: wx', {
        authorization: `Bearer ${api.adminKey}`,
        'content-type': 'application/yaml',
      });
      expect(yaml).toMatchObject({ status: 415, json: { code: 'unsupported_media_type' } });
    });

    it('an error that nobody expected shows nothing of itself', async () => {
      const answer = await api.call('GET', '/v1/things/broken');
      expect(answer).toMatchObject({ status: 500, json: { code: 'internal' } });
      expect(answer.text).not.toMatch(/secret of the house|at fail|node_modules/);
    });
  });

  it('the service tells what it counts to Prometheus, queues included', async () => {
    const { text, headers } = await api.call('GET', '/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toContain('# TYPE weicast_sends_total counter');
    expect(text).toContain('weicast_queue_jobs{queue="inbox",state="waiting"} 0');
    expect(text).toContain('process_cpu_user_seconds_total');
  });

  it('the service is ready while its stores are there', async () => {
    expect((await api.call('GET', '/health/ready', undefined, nobody)).json).toEqual({
      status: 'ready',
      checks: { database: 'ok', queue: 'ok' },
    });
  });

  it('the API describes itself', async () => {
    const { json } = await api.call('GET', '/openapi.json');
    expect(json).toMatchObject({ openapi: expect.any(String), paths: { '/v1/accounts': {} } });
    const page = await api.call('GET', '/docs');
    expect(page.text).toContain('href="/docs/createAccount"');
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'self'; script-src 'self';/,
    );
    expect((await api.call('GET', '/docs/createAccount')).status).toBe(200);
    expect((await api.call('GET', '/docs/nothing')).status).toBe(404);
  });
});

/** The path exactly as written: `fetch` would tidy it up. */
async function raw(
  base: string,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(base);
  return await new Promise((resolve, reject) => {
    const call = request({ hostname, port, method, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('error', reject).end();
  });
}

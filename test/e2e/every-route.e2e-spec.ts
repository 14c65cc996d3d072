import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Answer, RouteWalk } from '../support/worlds/route-walk.js';
import { ProductWorld } from '../support/worlds/product-world.js';

/** By the pattern's beginning: these answer without a key. */
const OPEN = /^\/(wechat\/|health(\/|$)|login$|oidc\/(login|callback)$|v1\/(login|setup)$)/;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

const WRONG_KEY = randomBytes(32).toString('base64url');
const TOKEN = randomBytes(32).toString('base64url');

/** What somebody without a good key may send instead of one. */
const STRANGERS: Readonly<Record<string, Record<string, string>>> = {
  nothing: {},
  'a wrong key': { authorization: `Bearer ${WRONG_KEY}` },
  'an empty key': { authorization: 'Bearer ' },
  'a malformed header': { authorization: 'Bearer \u00ff\u00fe " \'or 1=1--' },
  'two keys': { authorization: `Bearer ${WRONG_KEY}, Bearer ${WRONG_KEY}` },
  'another scheme': { authorization: `Basic ${btoa(`admin:${WRONG_KEY}`)}` },
  'a forged cookie': { cookie: `weicast_session=${TOKEN}; __Host-weicast_session=${TOKEN}` },
};

/** The same path in other words, none of which may be another way in. */
const REWRITES: Readonly<Record<string, (path: string) => string>> = {
  'a double slash': (path) => `/${path}`,
  'a double slash inside': (path) => path.replace(/(.)\//, '$1//'),
  'a final slash': (path) => `${path}/`,
  'an encoded letter': (path) => path.replace(/[a-z]/, (c) => `%${c.charCodeAt(0).toString(16)}`),
  'an encoded slash': (path) => path.replace(/(.)\//, '$1%2f'),
  'dot segments from an open place': (path) => `/health/live/../..${path}`,
  'encoded dot segments': (path) => `/login/%2e%2e${path}`,
  'a dot': (path) => `/.${path}`,
  'capital letters': (path) => path.toUpperCase(),
  'a semicolon': (path) => `${path};/login`,
  'an open place behind': (path) => `${path}?/../login#/health/live`,
  backslashes: (path) => path.replaceAll('/', '\\'),
  'a broken encoding': (path) => `${path}%`,
  'a whole address': (path) => `http://127.0.0.1${path}`,
};

/** Bull Board pauses and resumes every queue that may be written, which is none; a logout ends sessions of one's own. */
const CHANGES_NOTHING =
  /^(PUT \/queues\/api\/queues\/(pause|resume)|POST (\/v1)?\/logout|DELETE \/v1\/sessions)$/;

const withoutHealth = (name: string, value: unknown): unknown =>
  name === 'health' ? undefined : value;

describe('every route', () => {
  let world: ProductWorld;
  let walk: RouteWalk;
  let paths: string[];
  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 1 });
    await world.ready();
    walk = new RouteWalk(world.url);
    paths = [...new Set(world.routes().map(({ path }) => path))];
  });
  afterAll(() => world.close());

  const isOpen = (path: string): boolean => OPEN.test(path);
  const statusOf = async (method: string, path: string, headers = {}): Promise<number> =>
    (await walk.ask({ method, path, headers })).status;
  const isFailure = ({ status }: Answer): boolean => status === 0 || status >= 500;
  const told = ({ method, path, status }: Answer): string => `${method} ${path}: ${status}`;
  const keyOf = async (role: string): Promise<string> => {
    const key = randomBytes(32).toString('base64url');
    const client = new pg.Client({ connectionString: world.databaseUrl });
    await client.connect();
    await client.query(
      "insert into api_key (name, hash, role) values ($1, sha256(convert_to($2, 'UTF8')), $1)",
      [role, key],
    );
    await client.end();
    return key;
  };
  /** What a stranger could have changed. */
  const belongings = async (): Promise<unknown> => [
    // That something unsigned came to the callback is told, and no more.
    JSON.stringify((await world.call('GET', '/v1/accounts')).json, withoutHealth),
    (await world.call('GET', `/v1/accounts/${world.appid}/templates`)).json,
    (await world.call('GET', '/v1/broadcasts')).json,
  ];

  it('every route is on the list: API, Bull Board and its API, metrics, OpenAPI', () => {
    const known = world.routes().map(({ method, path }) => `${method} ${path}`);
    expect(known).toEqual(
      expect.arrayContaining([
        'POST /v1/broadcasts',
        'DELETE /v1/broadcasts/x',
        'GET /metrics',
        'GET /openapi.json',
        'GET /queues/api/queues',
        'PUT /queues/api/queues/x/pause',
        'DELETE /v1/accounts/' + world.appid,
      ]),
    );
    expect(known.length).toBeGreaterThan(50);
  });

  it('every route refuses whoever has no good key, by every method, the callback, health and login aside', async () => {
    const before = await belongings();
    const asked = paths.flatMap((path) =>
      METHODS.flatMap((method) =>
        Object.values(STRANGERS).map((headers) => ({ method, path, headers })),
      ),
    );
    const answers = await walk.askAll(asked);

    const closed = answers.filter(({ path }) => !isOpen(path));
    expect(closed.filter(({ status }) => status !== 401).map(told)).toEqual([]);
    expect(answers.filter(isFailure).map(told)).toEqual([]);
    expect(await belongings()).toEqual(before);
    // The exceptions are really open, so the test can tell the difference.
    const open = answers.filter(({ status }) => status === 200).map(told);
    expect(open).toEqual(expect.arrayContaining(['GET /health/live: 200', 'GET /login: 200']));
    expect(answers.length).toBeGreaterThan(3_000);
  });

  it('every route has no other way in, however its path is written', async () => {
    const before = await belongings();
    const strangers = [
      STRANGERS['nothing'],
      STRANGERS['a wrong key'],
      STRANGERS['a forged cookie'],
    ];
    const asked = world
      .routes()
      .flatMap(({ method, path }) =>
        Object.values(REWRITES).flatMap((rewrite) =>
          strangers.map((headers) => ({ method, path: rewrite(path), headers, from: path })),
        ),
      );
    const answers = await walk.askAll(asked);

    const closed = answers.filter(({ from = '' }) => !isOpen(from));
    expect(closed.filter(({ status }) => status > 0 && status < 400).map(told)).toEqual([]);
    expect(answers.filter(isFailure).map(told)).toEqual([]);
    expect(await belongings()).toEqual(before);
    expect(answers.length).toBeGreaterThan(3_000);
  });

  it('every route gives a key of the least role nothing to change, and never fails of it', async () => {
    const headers = { authorization: `Bearer ${await keyOf('viewer')}` };
    const isGood = async () => (await statusOf('GET', '/v1/accounts', headers)) === 200;
    await world.until(isGood, 'the new key to be known');
    const before = await belongings();
    const answers = await walk.askAll(
      world.routes().map(({ method, path }) => ({ method, path, headers })),
    );

    const closed = answers.filter(
      ({ method, path }) =>
        !['GET', 'HEAD', 'OPTIONS'].includes(method) &&
        !isOpen(path) &&
        !CHANGES_NOTHING.test(`${method} ${path}`),
    );
    expect(closed.filter(({ status }) => status > 0 && status < 400).map(told)).toEqual([]);
    expect(answers.filter(isFailure).map(told)).toEqual([]);
    expect(await belongings()).toEqual(before);
    expect(await statusOf('PATCH', `/v1/accounts/${world.appid}`, headers)).toBe(403);
  });

  it('every route that does not exist is refused as well', async () => {
    expect(await statusOf('GET', '/v1/nothing')).toBe(401);
    expect(await statusOf('PUT', '/queues/../queues/api/queues/send/pause')).toBe(401);
    expect(await statusOf('PUT', '/%71ueues/api/queues/send/pause')).toBe(401);
  });

  it('every route of Bull Board reads with a key, and changes nothing even then', async () => {
    const key = { authorization: `Bearer ${world.adminKey}` };
    expect(await statusOf('GET', '/queues/api/queues', key)).toBe(200);
    for (const path of ['send/pause', 'send/empty', 'send/clean/completed', 'inbox/retry/failed'])
      expect(await statusOf('PUT', `/queues/api/queues/${path}`, key)).toBeGreaterThanOrEqual(400);
  });
});

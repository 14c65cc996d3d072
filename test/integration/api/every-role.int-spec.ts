import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expectedOf } from '../../support/worlds/access-table.js';
import { type Answer, type Asked, RouteWalk } from '../../support/worlds/route-walk.js';
import { ProductWorld } from '../../support/worlds/product-world.js';

/** Each may do what those before it may. */
const ROLES = ['viewer', 'editor', 'sender', 'admin'] as const;
type Role = (typeof ROLES)[number];

const SAFE = ['GET', 'HEAD', 'OPTIONS'];
const METHODS = [...SAFE, 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'];
/** These answer without a key, or are Bull Board's, which changes nothing for anybody. */
const OTHERS = /^\/(wechat\/|health(\/|$)|login$|queues(\/|$))/;
/** What ends the session by which it was asked for. */
const ENDS = /logout$|^DELETE \/v1\/sessions/;
const ABSENT = 'wx00000000000000aa';

/** The same path in other words, none of which may be another way to what a role lacks. */
const REWRITES: readonly ((path: string) => string)[] = [
  (path) => `/${path}`,
  (path) => path.replace(/(.)\//, '$1//'),
  (path) => `${path}/`,
  (path) => path.replace(/[a-z]/, (c) => `%${c.charCodeAt(0).toString(16)}`),
  (path) => path.replace(/(.)\//, '$1%2f'),
  (path) => `/health/live/../..${path}`,
  (path) => `/login/%2e%2e${path}`,
  (path) => path.toUpperCase(),
  (path) => `${path};/login`,
  (path) => `${path}?_method=GET`,
  (path) => path.replaceAll('/', '\\'),
  (path) => `http://127.0.0.1${path}`,
];

const withoutHealth = (name: string, value: unknown): unknown =>
  name === 'health' ? undefined : value;

describe('every route, for whoever has a key', () => {
  let world: ProductWorld;
  let walk: RouteWalk;
  let host: string;
  let routes: { method: string; path: string; from: string }[];
  const keys = new Map<Role, string>();
  const cookies = new Map<Role, string>();

  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 1 });
    await world.ready();
    walk = new RouteWalk(world.url);
    host = new URL(world.url).host;
    routes = world
      .patterns()
      .map(({ method, pattern }) => ({
        method,
        from: pattern,
        path: pattern.replace(':appid', world.appid).replaceAll(/:\w+|\*/g, 'x'),
      }))

      .filter((route) => !OTHERS.test(route.from) && expected(route)?.meets !== 'open');
    for (const role of ROLES) keys.set(role, await keyOf(role));
    for (const role of ROLES) await known(role);
    for (const role of ROLES) cookies.set(role, await sessionOf(role));
  });
  afterAll(() => world.close());

  async function keyOf(role: Role): Promise<string> {
    const key = randomBytes(32).toString('base64url');
    const client = new pg.Client({ connectionString: world.databaseUrl });
    await client.connect();
    await client.query(
      "insert into api_key (name, hash, role) values ($1, sha256(convert_to($2, 'UTF8')), $1)",
      [role, key],
    );
    await client.end();
    return key;
  }
  async function known(role: Role): Promise<void> {
    const asked = { method: 'GET', path: '/v1/accounts', headers: bearer(role) };
    const isKnown = async () => (await walk.ask(asked)).status === 200;
    await world.until(isKnown, `the key of ${role} to be known`);
  }
  async function sessionOf(role: Role): Promise<string> {
    const body = new URLSearchParams({ key: keys.get(role) ?? '' });
    const answer = await fetch(`${world.url}/login`, { method: 'POST', body, redirect: 'manual' });
    return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }
  const bearer = (role: Role) => ({ authorization: `Bearer ${keys.get(role)}` });
  const ourPage = (role: Role) => ({
    cookie: cookies.get(role) ?? '',
    origin: `http://${host}`,
    host,
  });
  const expected = ({ method, from = '' }: Asked) =>
    expectedOf(method === 'HEAD' ? 'GET' : method, from);
  const may = (role: Role, asked: Asked): boolean => expected(asked)?.roles.includes(role) ?? false;
  const told = ({ method, path, status }: Answer): string => `${method} ${path}: ${status}`;
  const isFailure = ({ status }: Answer): boolean => status === 0 || status >= 500;
  const isDone = ({ status }: Answer): boolean => status > 0 && status < 400;
  /** What somebody could have changed. */
  const belongings = async (): Promise<unknown> => [
    JSON.stringify((await world.call('GET', '/v1/accounts')).json, withoutHealth),
    (await world.call('GET', `/v1/accounts/${world.appid}/templates`)).json,
    (await world.call('GET', `/v1/accounts/${world.appid}/suppressions`)).json,
    (await world.call('GET', '/v1/broadcasts')).json,
  ];

  it.each(['key', 'session'] as const)(
    'every route, for whoever has a key, is closed to each role below its own, by %s, and says which it needs',
    async (credential) => {
      const before = await belongings();
      for (const role of ROLES) {
        const headers = credential === 'key' ? bearer(role) : ourPage(role);
        const asked = routes.map((route) => ({ ...route, headers })).filter((a) => !may(role, a));
        const answers = await walk.askAll(asked);
        expect(answers.filter(({ status }) => status !== 403).map(told)).toEqual([]);
        expect(asked.length > 0).toBe(role !== 'admin');
      }
      expect(await belongings()).toEqual(before);
    },
  );

  it.each(['key', 'session'] as const)(
    'every route, for whoever has a key, is open to its own role and those above, by %s, and never fails of it',
    async (credential) => {
      const before = await belongings();
      for (const role of ROLES) {
        const headers = credential === 'key' ? bearer(role) : ourPage(role);
        // Of an account that is not there, so that nothing comes of it; a logout would end the session.
        const asked = routes
          .filter((route) => may(role, route) && !ENDS.test(`${route.method} ${route.path}`))
          .map((route) => ({ ...route, path: route.path.replace(world.appid, ABSENT), headers }));
        const answers = await walk.askAll(asked);
        const shut = answers.filter(({ status }) => status === 401 || status === 403);
        expect(shut.map(told)).toEqual([]);
        expect(answers.filter(isFailure).map(told)).toEqual([]);
      }
      expect(await belongings()).toEqual(before);
    },
  );

  it('every route, for whoever has a key, does nothing by a method that it does not have', async () => {
    const before = await belongings();
    const paths = [...new Set(routes.map(({ path }) => path))];
    const known = new Set(routes.map(({ method, path }) => `${method} ${path}`));
    for (const role of ROLES) {
      const asked = paths.flatMap((path) =>
        METHODS.filter((method) => !known.has(`${method} ${path}`)).map((method) => ({
          method,
          path,
          headers: bearer(role),
        })),
      );
      const answers = await walk.askAll(asked);
      // `test` may be the id of a broadcast too: then it is a role that is missing.
      const wrong = answers.filter(({ status }) => ![403, 404, 405].includes(status));
      expect(wrong.map(told)).toEqual([]);
    }
    expect(await belongings()).toEqual(before);
  });

  it('every route, for whoever has a key, gives a role nothing more, however its path is written', async () => {
    const before = await belongings();
    for (const role of ROLES.slice(0, -1)) {
      const asked = routes
        .filter((route) => !may(role, route))
        .flatMap(({ method, path }) =>
          REWRITES.map((rewrite) => ({ method, path: rewrite(path), headers: bearer(role) })),
        );
      const answers = await walk.askAll(asked);
      expect(answers.filter(isDone).map(told)).toEqual([]);
      expect(answers.filter(isFailure).map(told)).toEqual([]);
    }
    expect(await belongings()).toEqual(before);
  });

  it('every route, for whoever has a key, takes the best key in no other way than as a bearer, or a session on a page of ours', async () => {
    const before = await belongings();
    const key = keys.get('admin') ?? '';
    const cookie = cookies.get('admin') ?? '';
    const strangers: Record<string, string>[] = [
      { authorization: `Basic ${btoa(`admin:${key}`)}` },
      { authorization: key },
      { authorization: `Token ${key}` },
      { authorization: `Bearer ${key}x` },
      { authorization: 'Bearer ', cookie },
      { authorization: `Bearer ${randomBytes(32).toString('base64url')}`, cookie },
      { 'x-api-key': key },
      { cookie: `weicast_session=${key}` },
    ];
    const asked = routes.flatMap((route) => [
      ...strangers.map((headers) => ({ ...route, headers })),
      { method: route.method, path: `${route.path}?access_token=${key}&key=${key}` },
    ]);
    const letIn = (await walk.askAll(asked)).filter(({ status }) => status !== 401);
    expect(letIn.map(told)).toEqual([]);

    const changing = routes.filter(({ method }) => !SAFE.includes(method));
    const foreign: Record<string, string>[] = [
      { cookie },
      { cookie, origin: 'https://evil.example' },
      { cookie, origin: 'null' },
      { cookie, origin: `http://${host}`, host, 'sec-fetch-site': 'cross-site' },
    ];
    const crossed = await walk.askAll(
      changing.flatMap((route) => foreign.map((headers) => ({ ...route, headers }))),
    );
    expect(crossed.filter(({ status }) => status !== 403).map(told)).toEqual([]);
    expect(await belongings()).toEqual(before);
  });
});

import { ProductWorld } from '../../support/worlds/product-world.js';

interface Refusal {
  readonly asked: string;
  readonly status: number;
  readonly allow: string | null;
  readonly type: string | null;
  readonly code: string;
  readonly detail: string;
  readonly errors: { path: string; code: string; message: string }[];
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Chinese, and then English. */
const BOTH = /\p{Script=Han}.*[a-z]{3}/su;

describe('a refusal of every route', () => {
  let world: ProductWorld;
  let routes: { method: string; path: string }[];
  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 1 });
    await world.ready();
    routes = world.routes().filter(({ path }) => path.startsWith('/v1/'));
    expect(routes.length).toBeGreaterThan(50);
  });
  afterAll(() => world.close());

  async function ask(
    method: string,
    path: string,
    body?: string,
    type = 'application/json',
  ): Promise<Refusal> {
    const answer = await fetch(`${world.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${world.adminKey}`,
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    const {
      code = '',
      detail = '',
      errors = [],
    } = (text.startsWith('{') ? JSON.parse(text) : {}) as Partial<Refusal>;
    return {
      asked: `${method} ${path}`,
      status: answer.status,
      allow: answer.headers.get('allow'),
      type: answer.headers.get('content-type'),
      code,
      detail,
      errors,
    };
  }
  const expectBoth = ({ asked, detail, errors, type }: Refusal): void => {
    expect([asked, type]).toEqual([asked, expect.stringMatching(/^application\/problem\+json/)]);
    expect([asked, detail]).toEqual([asked, expect.stringMatching(BOTH)]);
    for (const { path, message } of errors)
      expect([asked, path, message]).toEqual([asked, path, expect.stringMatching(BOTH)]);
  };

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded'])(
    'a refusal of every route for a body that comes as %s is 415, and names the type that it takes',
    async (type) => {
      for (const { method, path } of routes) {
        if (!['POST', 'PATCH'].includes(method)) continue;
        const refusal = await ask(method, path, 'a=b', type);
        expect(refusal).toMatchObject({ status: 415, code: 'unsupported_media_type' });
        const isFile = path === '/v1/uploads';
        expect(refusal.detail).toContain(isFile ? 'text/csv' : 'Content-Type: application/json');
        expectBoth(refusal);
      }
    },
  );

  it('a refusal of every route for a method that it does not have is 405, and names those that it has', async () => {
    for (const path of new Set(routes.map((route) => route.path))) {
      const own = routes.filter((route) => route.path === path).map(({ method }) => method);
      for (const method of METHODS.filter((each) => !own.includes(each))) {
        // `sync`, `test` and `sandbox` may be ids too, of a path that has this method.
        const asIds = ['x', world.appid].map((id) => path.replace(/[^/]+$/, id));
        if (routes.some((route) => route.method === method && asIds.includes(route.path))) continue;
        const refusal = await ask(method, path);
        const others = refusal.allow?.split(', ') ?? [];
        expect(refusal).toMatchObject({ status: 405, code: 'method_not_allowed' });
        expect(others).toEqual(expect.arrayContaining(own));
        expectBoth(refusal);
      }
    }
  });

  it('a refusal of every route for a body of nonsense is in both languages, each fault of it too', async () => {
    const nonsense = [
      '{',
      '[]',
      '7',
      '{}',
      JSON.stringify({ nobodys: 1 }),
      JSON.stringify({
        appid: 7,
        kind: 7,
        name: [],
        channel: 'x',
        templateId: '',
        fields: 7,
        url: 'x',
        page: ' ',
        audience: { kind: 'openids', openids: 7 },
        openids: [],
        openid: '!',
        sendsPerSecond: 0.5,
        startAt: 'x',
        startZone: 'x',
        sendHours: { from: 'x', to: 'x', zone: 'x' },
        canary: { first: 0, percent: 0 },
        dailyQuota: -1,
        callbackMode: 'x',
        encodingAesKey: 'x',
        note: '',
      }),
    ];
    const codes = new Set<string>();
    for (const { method, path } of routes) {
      if (!['POST', 'PATCH'].includes(method)) continue;
      for (const body of nonsense) {
        const refusal = await ask(method, path.replace(world.appid, 'wx00000000000000aa'), body);
        expect([refusal.asked, body, refusal.status < 500]).toEqual([refusal.asked, body, true]);
        if (refusal.status >= 400) expectBoth(refusal);
        for (const { code } of refusal.errors) codes.add(code);
      }
    }
    // It was really the faults that were looked at.
    expect([...codes]).toEqual(
      expect.arrayContaining(['required', 'unknown_field', 'is_in', 'matches', 'instant', 'zone']),
    );
  });

  it('a refusal of every route for a query of nonsense is in both languages, and names what was nearly meant', async () => {
    let near = 0;
    for (const { path } of routes.filter(({ method }) => method === 'GET')) {
      for (const query of ['limit=x', 'limit=0', 'state=x', 'after=%00', 'lmit=5', 'errcode=x']) {
        if (path.endsWith('/events')) continue;
        const refusal = await ask('GET', `${path}?${query}`);
        if (refusal.status < 400) continue;
        expectBoth(refusal);
        const [fault] = refusal.errors;
        if (query !== 'lmit=5' || fault === undefined) continue;
        expect(fault).toMatchObject({ path: 'lmit', code: 'unknown_field' });
        if (/应为 limit。 .*called limit/.test(fault.message)) near++;
      }
    }
    // Every list, that is.
    expect(near).toBeGreaterThanOrEqual(6);
  });

  it('a refusal of every route is none for `GET /health`', async () => {
    expect((await fetch(`${world.url}/health`)).status).toBe(200);
  });
});

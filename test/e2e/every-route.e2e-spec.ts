import { ProductWorld } from '../support/product-world.js';

const OPEN = /^\/(wechat\/|health\/|login$)/;

describe('every route', () => {
  let world: ProductWorld;
  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 1 });
  });
  afterAll(() => world.close());

  const statusOf = async (
    method: string,
    path: string,
    authorization?: string,
  ): Promise<number> => {
    const answer = await fetch(`${world.url}${path}`, {
      method,
      redirect: 'manual',
      headers: authorization === undefined ? {} : { authorization },
    });
    await answer.arrayBuffer();
    return answer.status;
  };

  it('is on the list: API, Bull Board and its API, metrics, OpenAPI', () => {
    const known = world.routes().map(({ method, path }) => `${method} ${path}`);
    expect(known).toEqual(
      expect.arrayContaining([
        'POST /v1/broadcasts',
        'GET /metrics',
        'GET /openapi.json',
        'GET /queues/api/queues',
        'PUT /queues/api/queues/x/pause',
        'DELETE /v1/accounts/' + world.appid,
      ]),
    );
    expect(known.length).toBeGreaterThan(50);
  });

  it('refuses without a key and with a wrong one, the callback, health and login aside', async () => {
    const open: string[] = [];
    for (const { method, path } of world.routes()) {
      for (const authorization of [undefined, `Bearer ${'x'.repeat(32)}`, 'Basic YTpi']) {
        const status = await statusOf(method, path, authorization);
        if (status !== 401) open.push(`${method} ${path}`);
      }
    }
    expect([...new Set(open)].filter((route) => !OPEN.test(route.replace(/^\S+ /, '')))).toEqual(
      [],
    );
    // The exceptions are really open, so the test can tell the difference.
    expect(open).toEqual(expect.arrayContaining(['GET /health/live', 'GET /login']));
  });

  it('that does not exist is refused as well', async () => {
    expect(await statusOf('GET', '/v1/nothing')).toBe(401);
    expect(await statusOf('PUT', '/queues/../queues/api/queues/send/pause')).toBe(401);
    expect(await statusOf('PUT', '/%71ueues/api/queues/send/pause')).toBe(401);
  });

  it('of Bull Board reads with a key, and changes nothing even then', async () => {
    const key = `Bearer ${world.adminKey}`;
    expect(await statusOf('GET', '/queues/api/queues', key)).toBe(200);
    for (const path of ['send/pause', 'send/empty', 'send/clean/completed', 'inbox/retry/failed'])
      expect(await statusOf('PUT', `/queues/api/queues/${path}`, key)).toBeGreaterThanOrEqual(400);
  });
});

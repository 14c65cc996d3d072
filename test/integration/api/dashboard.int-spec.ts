import { request } from 'node:http';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { DashboardApiModule } from '../../../src/dashboard/dashboard.api.module.js';
import { INBOX_QUEUE, QUEUE_NAMES } from '../../../src/queue/queue-names.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';
import { describeBothQueues } from '../../support/stores/redis.js';

interface Route {
  readonly method: string;
  readonly path: string;
}

describeBothQueues('the queue dashboard', (queue) => {
  let api: ApiApp;
  let inbox: Queue;
  let routes: Route[];
  let cookie: string;

  beforeAll(async () => {
    api = await startApi([DashboardApiModule], { queue });
    inbox = api.app.get<Queue>(getQueueToken(INBOX_QUEUE), { strict: false });
    await inbox.add('push', { seen: 'no' }, { jobId: 'job-1' });
    await inbox.add('push', {}, { jobId: 'job-2', delay: 3_600_000 });
    routes = dashboardRoutes(api);
    const response = await fetch(`${api.url}/login`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ key: api.adminKey }),
    });
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  });
  afterAll(async () => {
    await inbox.obliterate({ force: true });
    await api.close();
  });

  const strangers: Record<string, string>[] = [
    {},
    { authorization: 'Bearer wrong' },
    { cookie: `weicast_session=${'x'.repeat(43)}` },
  ];
  const stateOfInbox = async () => ({
    paused: await inbox.isPaused(),
    counts: await inbox.getJobCounts(),
    data: (await inbox.getJob('job-1'))?.data as unknown,
  });
  const withKey = () => ({ authorization: `Bearer ${api.adminKey}` });
  const fromOurPage = () => ({ cookie, 'sec-fetch-site': 'same-origin' });
  const send = (route: Route, headers: Record<string, string>) =>
    exchange(api.url, route.method, route.path, headers);

  it('the queue dashboard has the routes that this suite believes it has', () => {
    const known = routes.map(({ method, path }) => `${method} ${path}`);
    expect(known).toEqual(
      expect.arrayContaining([
        'GET /queues',
        'GET /queues/api/queues',
        'GET /queues/static/favicon.ico',
        'PUT /queues/api/queues/pause',
        'PUT /queues/api/queues/inbox/pause',
        'PUT /queues/api/queues/inbox/obliterate',
        'POST /queues/api/queues/inbox/add',
        'PATCH /queues/api/queues/inbox/job-1/update-data',
      ]),
    );
    expect(known.length).toBeGreaterThan(40);
  });

  it('the queue dashboard answers 401 to everyone without a good key, on every one of its routes', async () => {
    const before = await stateOfInbox();
    for (const route of routes) {
      for (const headers of strangers) {
        expect({ ...route, ...(await send(route, headers)) }).toMatchObject({
          ...route,
          status: 401,
        });
      }
    }
    expect(await stateOfInbox()).toEqual(before);
  });

  it('the queue dashboard cannot be reached under a path written in another way', async () => {
    const before = await stateOfInbox();
    for (const { method, path } of routes) {
      for (const disguise of disguises(path)) {
        const { status } = await send({ method, path: disguise }, {});
        expect({ method, disguise, status }).toEqual({ method, disguise, status: 401 });
      }
    }
    expect(await stateOfInbox()).toEqual(before);
  });

  it('the queue dashboard changes nothing, with a key or from a browser that has logged in', async () => {
    const before = await stateOfInbox();
    for (const route of routes.filter(({ method }) => !['GET', 'HEAD'].includes(method))) {
      for (const headers of [withKey(), fromOurPage()]) {
        const { status } = await send(route, headers);
        // Pausing and resuming "every writable queue" succeeds, on none.
        const vacuous = /\/queues\/api\/queues\/(pause|resume)$/.test(route.path);
        expect({ ...route, refused: status >= 400 || vacuous }).toMatchObject({
          ...route,
          refused: true,
        });
      }
    }
    expect(await stateOfInbox()).toEqual(before);
  });

  it('the queue dashboard shows every queue to a browser that has logged in', async () => {
    const { status, body } = await send({ method: 'GET', path: '/queues/api/queues' }, { cookie });
    expect(status).toBe(200);
    const { queues } = JSON.parse(body) as {
      queues: { name: string; description: string; readOnlyMode: boolean }[];
    };
    expect(queues.map(({ name }) => name).sort()).toEqual([...QUEUE_NAMES].sort());
    expect(queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
    for (const { description } of queues)
      expect(description).toMatch(/^\p{Script=Han}.*。 [A-Z].*\.$/u);

    const job = await send({ method: 'GET', path: '/queues/api/queues/inbox/job-1' }, { cookie });
    expect(JSON.parse(job.body)).toMatchObject({ job: { id: 'job-1' } });
  });

  it('the queue dashboard tells of a push whose it is, and nothing of what it says', async () => {
    const push = { appid: 'wx1', accountId: 1, receivedAt: 0, content: '<xml>private</xml>' };
    const { id } = await inbox.add('push', { pushes: [push] }, { delay: 3_600_000 });
    for (const path of [`/queues/api/queues/inbox/${id}`, '/queues/api/queues?activeQueue=inbox']) {
      const { body } = await send({ method: 'GET', path }, { cookie });
      expect(body).toContain('wx1');
      expect(body).not.toContain('private');
    }
  });

  it('the queue dashboard says why it is empty and where to look, and leads out again', async () => {
    const { body } = await send({ method: 'GET', path: '/queues/' }, { cookie });
    expect(body).toContain('平时几乎是空的');
    expect(body).toContain('Usually empty');
    expect(body).toContain('<a href="/logout">');
    // This suite runs without the console, whose rooms are then no links.
    expect(body).not.toContain('href="/broadcasts"');
  });

  it('the queue dashboard says in Chinese that a queue is empty, without the English name of a state in between', async () => {
    const path = '/queues/static/locales/zh-CN/messages.json';
    const { status, body } = await send({ method: 'GET', path }, { cookie });
    expect(status).toBe(200);
    const { QUEUE, DASHBOARD, MENU } = JSON.parse(body) as Record<string, Record<string, string>>;
    expect(MENU?.['QUEUES']).toBe('队列');
    expect(QUEUE?.['EMPTY_STATE']).toMatch(/^[^{}]+。$/);
    expect(DASHBOARD?.['EMPTY_STATE_FILTERED']).toMatch(/^[^{}]+。$/);
  });

  it('the queue dashboard is a page that loads nothing from elsewhere', async () => {
    const page = await send({ method: 'GET', path: '/queues/' }, { cookie });
    expect(page.status).toBe(200);
    expect(page.body).toContain('<base href="/queues/"');
    expect(page.body).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
    const script = /src="(static\/js\/main[^"]+)"/.exec(page.body)?.[1];
    const loaded = await send({ method: 'GET', path: `/queues/${script}` }, { cookie });
    expect(loaded.status).toBe(200);
  });
});

/** From Fastify itself, so that a new version of the board cannot bring a route past this suite. */
const dashboardRoutes = ({ routes }: ApiApp): Route[] =>
  routes
    .filter(({ pattern }) => pattern.startsWith('/queues'))
    .map(({ method, pattern }) => ({ method, path: filled(pattern) }));

const filled = (pattern: string): string =>
  pattern
    .replaceAll(':queueName', INBOX_QUEUE)
    .replaceAll(':jobId', 'job-1')
    .replaceAll(':queueStatus', 'delayed')
    .replaceAll(':schedulerId', 'scheduler-1')
    .replace('*', 'favicon.ico');

const disguises = (path: string): string[] => [
  path.replace('queues', 'queue%73'),
  path.replace('/queues', '/%71ueues'),
  path.replace('/queues', '//queues'),
  path.replace('/queues', '/./queues'),
  path.replace('/queues', '/login/../queues'),
  path.replace('/queues', '/health/%2e%2e/queues'),
  path.replace('/queues', '/wechat/..%2fqueues'),
  path.replace('/queues/', '/queues%2f'),
  path.replace('/queues', '/QUEUES'),
  `${path}?x=/login`,
  `${path}#/login`,
  `${path};/login`,
];

/** The path exactly as written: `fetch` would tidy it up. */
async function exchange(
  base: string,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(base);
  const body = ['PUT', 'POST', 'PATCH'].includes(method) ? '{"name":"x","data":{}}' : '';
  const type = body === '' ? {} : { 'content-type': 'application/json' };
  return await new Promise((resolve, reject) => {
    const options = { hostname, port, method, path, headers: { ...headers, ...type } };
    const call = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    call.on('error', reject).end(body);
  });
}

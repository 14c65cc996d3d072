import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DashboardApiModule } from '../../../src/dashboard/dashboard.api.module.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';
import { freePorts } from '../../support/stores/free-ports.js';

const BASE = '/weicast';
const HTML = { accept: 'text/html' };

/** Every address that a page names, as a browser on that page would resolve it. */
const linksOf = (page: string, at: string): URL[] => {
  const base = new URL(/<base href="([^"]+)"/.exec(page)?.[1] ?? '', at);
  return [...page.matchAll(/\b(?:href|src|action)="([^"#]+)"/g)].map(
    ([, link = '']) => new URL(link, base),
  );
};

async function logIn(base: string, key: string) {
  const body = new URLSearchParams({ key, next: '/queues' });
  const answer = await fetch(`${base}/login`, { method: 'POST', redirect: 'manual', body });
  const [cookie = ''] = answer.headers.getSetCookie();
  return { location: answer.headers.get('location'), cookie, session: cookie.split(';')[0] ?? '' };
}

/** What a person meets who opens the two pages: login, session, page, and each file that the page loads. */
async function walk(base: string, key: string): Promise<void> {
  for (const path of ['/docs', '/queues']) {
    const stranger = await fetch(`${base}${path}`, { headers: HTML });
    expect(stranger.status).toBe(401);
    expect(await stranger.text()).toContain(`action="${BASE}/login"`);
  }
  const { location, session } = await logIn(base, key);
  expect(location).toBe(`${BASE}/queues`);
  for (const path of ['/docs', '/queues', '/queues/queue/inbox']) {
    const at = `${base}${path}`;
    const answer = await fetch(at, { headers: { ...HTML, cookie: session } });
    const page = await answer.text();
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    for (const link of linksOf(page, at)) {
      // A base without an end of its own, and the pages to come, are no files.
      if (!/\.(js|css|png|ico|svg)$/.test(link.pathname)) continue;
      expect(link.pathname).toMatch(/^\/weicast\//);
      const file = await fetch(link, { headers: { cookie: session } });
      expect({ link: link.pathname, status: file.status }).toMatchObject({ status: 200 });
    }
  }
  const json = await fetch(`${base}/openapi.json`, { headers: { cookie: session } });
  expect(await json.json()).toMatchObject({
    servers: [{ url: expect.stringMatching(/\/weicast$/) }],
  });
  expect((await fetch(`${base}/queues/api/queues`, { headers: { cookie: session } })).status).toBe(
    200,
  );
}

describe('under a path of PUBLIC_URL', () => {
  let api: ApiApp;
  beforeAll(async () => {
    api = await startApi([DashboardApiModule], { publicUrl: `http://example.com${BASE}` });
  });
  afterAll(() => api.close());

  it('every page and what it loads is found, where a proxy leaves the path in place', async () => {
    await walk(`${api.url}${BASE}`, api.adminKey);
  });

  it('under a path of PUBLIC_URL health and the API answer with the path and without it', async () => {
    for (const base of [api.url, `${api.url}${BASE}`]) {
      const headers = { authorization: `Bearer ${api.adminKey}` };
      expect((await fetch(`${base}/openapi.json`, { headers })).status).toBe(200);
      expect((await fetch(`${base}/openapi.json`)).status).toBe(401);
    }
  });

  it('a path that only begins alike is not ours', async () => {
    const headers = { authorization: `Bearer ${api.adminKey}` };
    expect((await fetch(`${api.url}/weicastle/docs`, { headers })).status).toBe(404);
  });

  const nginx = findNginx();
  const describeWithNginx = nginx === undefined ? describe.skip : describe;
  describeWithNginx('behind nginx', () => {
    let folder: string;
    let child: ChildProcess;
    let ports: number[];
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'weicast-nginx-'));
      ports = await freePorts(2);
      await writeFile(join(folder, 'nginx.conf'), configuration(folder, ports, api.url));
      child = spawn(nginx ?? '', ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log']);
      for (const port of ports) await answering(`http://127.0.0.1:${port}/elsewhere`);
    });
    afterAll(async () => {
      child.kill('SIGTERM');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    });

    it.each([
      ['takes the path away', 0],
      ['leaves the path in place', 1],
    ])('every page and what it loads is found, where it %s', async (_, which) => {
      await walk(`http://127.0.0.1:${ports[which]}${BASE}`, api.adminKey);
    });
  });
});

describe('the session cookie', () => {
  it.each([
    ['https://example.com', /^__Host-weicast_session=[\w-]{43};.* Path=\/;.*; Secure$/],
    [
      'https://example.com/weicast',
      /^__Secure-weicast_session=[\w-]{43};.* Path=\/weicast;.*; Secure$/,
    ],
    [
      'http://example.com/weicast',
      /^weicast_session=[\w-]{43};.* Path=\/weicast; HttpOnly; SameSite=Strict$/,
    ],
  ])(
    'the session cookie under %s has the name that browsers guard best, and opens',
    async (publicUrl, words) => {
      const api = await startApi([DashboardApiModule], { publicUrl });
      try {
        const { cookie, session } = await logIn(api.url, api.adminKey);
        expect(cookie).toMatch(words);
        const status = async (sent: string) =>
          (await fetch(`${api.url}/openapi.json`, { headers: { cookie: sent } })).status;
        expect(await status(session)).toBe(200);
        expect(await status(session.replace('__Host-', '').replace('__Secure-', 'x'))).toBe(
          session.startsWith('__') ? 401 : 200,
        );
      } finally {
        await api.close();
      }
    },
  );
});

/** Debian keeps it where an ordinary user's PATH does not lead. */
function findNginx(): string | undefined {
  for (const program of ['nginx', '/usr/sbin/nginx']) {
    try {
      execFileSync(program, ['-v'], { stdio: 'ignore' });
      return program;
    } catch {
      // Not there.
    }
  }
  return undefined;
}

function configuration(folder: string, [stripped, kept]: number[], target: string): string {
  const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n');
  return `
    daemon off; worker_processes 1; pid ${folder}/nginx.pid;
    events { worker_connections 64; }
    http {
      access_log off; ${scratch}
      server { listen 127.0.0.1:${stripped}; location ${BASE}/ { proxy_pass ${target}/; } }
      server { listen 127.0.0.1:${kept}; location ${BASE}/ { proxy_pass ${target}; } }
    }`;
}

async function answering(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      await sleep(50);
    }
  }
}

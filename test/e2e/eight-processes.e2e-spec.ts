import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventReader } from '../support/api/event-reader.js';
import { createTestDatabase, type TestDatabase } from '../support/stores/database.js';
import { freePorts } from '../support/stores/free-ports.js';
import { withPool } from '../support/worlds/test-config.js';

const PROGRAM = join(import.meta.dirname, '../../dist/main.js');
const PROCESSES = 8;
const PASSWORD = 'correct horse battery';

/** The built service as an installation has it that answers many: eight processes, one database. */
describe('eight processes of the API', () => {
  const adminKey = randomBytes(24).toString('base64url');
  const children: ChildProcess[] = [];
  let database: TestDatabase;
  let urls: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    const ports = await freePorts(PROCESSES);
    urls = ports.map((port) => `http://127.0.0.1:${port}`);
    const env = {
      PATH: process.env['PATH'],
      ROLES: 'api',
      DATABASE_URL: withPool(database.url, 2),
      QUEUE_PREFIX: `test-${randomBytes(4).toString('hex')}`,
      WECHAT_API_BASE: 'http://127.0.0.1:9',
      WEICAST_ADMIN_KEY: adminKey,
      WEICAST_MASTER_KEY: randomBytes(32).toString('base64'),
      // So that tries can come from as many networks as they like.
      TRUST_PROXY: 'loopback',
      CONSOLE: 'off',
      LOG_LEVEL: 'error',
    };
    for (const port of ports)
      children.push(
        spawn(process.execPath, [PROGRAM], {
          env: { ...env, PORT: String(port) },
          stdio: 'ignore',
        }),
      );
    await Promise.all(urls.map(answering));
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGTERM');
    await Promise.all(children.map(ended));
    await database.drop();
  });

  async function answering(url: string, at: number): Promise<void> {
    const isLive = async () => (await fetch(`${url}/health/live`)).ok;
    while (!(await isLive().catch(() => false))) {
      if (children[at]?.exitCode !== null) throw new Error(`the process of ${url} has ended`);
      await sleep(50);
    }
  }
  const ended = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };

  const ask = async (at: number, method: string, path: string, body: object) => {
    const answer = await fetch(`${urls[at]}${path}`, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  /** Returns the operator's id. */
  const operator = async (login: string): Promise<number> => {
    const grants = [{ appids: null, role: 'viewer' }];
    const body = { login, name: login, password: PASSWORD, grants };
    return ((await ask(0, 'POST', '/v1/operators', body))['operator'] as { id: number }).id;
  };
  const logIn = (at: number, login: string, password: string, from: string): Promise<Response> =>
    fetch(`${urls[at]}/v1/login`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        'x-forwarded-for': from,
      },
      body: JSON.stringify({ login, password }),
    });

  it('eight processes of the API stop forty wrong tries for one login at ten, from wherever and whichever is asked', async () => {
    await operator('li.lei');
    await operator('han.meimei');
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        logIn(i % PROCESSES, 'li.lei', `wrong ${i}`, `203.0.113.${i + 1}`),
      ),
    );
    const counted = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect({ judged: counted(401), stopped: counted(429) }).toEqual({ judged: 10, stopped: 30 });
    // Each of the eight knows, and the right password is stopped with the wrong ones.
    const right = await Promise.all(
      urls.map((_, at) => logIn(at, 'li.lei', PASSWORD, `198.51.100.${at + 1}`)),
    );
    expect(right.map(({ status }) => status)).toEqual(Array(PROCESSES).fill(429));
    expect(Number(right[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    // Another login is nobody else's business.
    expect((await logIn(3, 'han.meimei', PASSWORD, '203.0.113.1')).status).toBe(200);
  });

  it('eight processes of the API let a disabled operator in no more within ten seconds, and end the streams that are open', async () => {
    const id = await operator('wang.fang');
    const answer = await logIn(0, 'wang.fang', PASSWORD, '192.0.2.1');
    const [set = ''] = answer.headers.getSetCookie();
    const headers = { cookie: set.split(';')[0] ?? '' };
    const me = (url: string) => fetch(`${url}/v1/me`, { headers });
    // Every process has the session in mind.
    const before = await Promise.all(urls.map(me));
    expect(before.map(({ status }) => status)).toEqual(Array(PROCESSES).fill(200));
    const streams = await Promise.all(
      urls.map((url) => EventReader.open(`${url}/v1/events?topics=me`, headers)),
    );

    await ask(0, 'PATCH', `/v1/operators/${id}`, { disabled: true });
    const disabledAt = performance.now();
    const out = async (url: string): Promise<string> => {
      for (;;) {
        const refused = await me(url);
        if (refused.status === 401) return ((await refused.json()) as { code: string }).code;
        await refused.body?.cancel();
        await sleep(100);
      }
    };
    const byes = streams.map(async (stream) => (await stream.until('bye')).data['reason']);
    const told = await Promise.all([...urls.map(out), ...byes]);
    expect(told).toEqual(Array(2 * PROCESSES).fill('disabled'));
    expect((performance.now() - disabledAt) / 1_000).toBeLessThan(10);
  });
});

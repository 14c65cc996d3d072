import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';
import { freePorts } from '../../support/stores/free-ports.js';

const program = join(import.meta.dirname, '../../../dist/main.js');

let folder: string;
let database: TestDatabase | undefined;
let stranger: Server | undefined;
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weicast-start-'));
});

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  stranger?.close();
  await database?.drop();
  database = stranger = undefined;
  await rm(folder, { recursive: true, force: true });
});

interface Start {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

/** The service as it is built, with nothing of our own environment. */
function start(env: NodeJS.ProcessEnv, nodeOptions: readonly string[] = []): Start {
  const child = spawn(process.execPath, [...nodeOptions, program], {
    env: { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  }
  return {
    child,
    said: () => said,
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}

async function takePort(): Promise<number> {
  stranger = createServer().listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  return (stranger.address() as AddressInfo).port;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(50);
}

describe('a start', () => {
  it('a start on a taken port says so, and by whom, before it makes a database', async () => {
    const port = await takePort();
    const { ended, said } = start({ PORT: String(port) });

    expect(await ended).toBe(1);
    expect(said()).toContain(`PORT ${port} on HOST 127.0.0.1 is taken`);
    if (process.platform === 'linux') expect(said()).toContain(`(pid ${process.pid}`);
    expect(said()).not.toMatch(/^ +at /m);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it.each([
    ['203.0.113.7', 'is no address of this machine'],
    ['no-such-host.invalid', 'is no address of this machine'],
  ])('a start on HOST %s says in a sentence that it cannot be', async (host, words) => {
    const { ended, said } = start({ PORT: '0', HOST: host });

    expect(await ended).toBe(1);
    expect(said()).toContain(`HOST ${host} ${words}`);
    expect(said()).not.toMatch(/^ +at /m);
  });

  it('a start that fails after its database shows no key: the next one that listens does', async () => {
    database = await createTestDatabase();
    const [port = 0] = await freePorts(1);
    const env = { DATABASE_URL: database.url, PORT: String(port), WEICAST_MASTER_KEY: KEY };
    // Somebody takes the port while the service starts: it listens on it a second time, so to say.
    const failing = start(env, ['--import', TAKES_PORT]);
    expect(await failing.ended).toBe(1);
    expect(failing.said()).toContain(`PORT ${port} on HOST 127.0.0.1 is taken`);
    expect(failing.said()).not.toContain('Your admin API key');

    const next = start(env);
    await until(() => next.said().includes('Your admin API key'));
  });

  it('a start says where it listens, its roles, its pages, and how to replace a lost key', async () => {
    database = await createTestDatabase();
    const { said } = start({
      DATABASE_URL: database.url,
      PORT: '0',
      WEICAST_MASTER_KEY: KEY,
      ROLES: 'api,worker',
    });
    await until(() => said().includes('"msg":"started"'));

    const line = said()
      .split('\n')
      .find((text) => text.includes('"msg":"started"'));
    const { url } = JSON.parse(line ?? '') as { url: string };
    expect(JSON.parse(line ?? '')).toMatchObject({
      roles: ['api', 'worker'],
      docs: `${url}/docs`,
      queues: `${url}/queues`,
      lostKey: expect.stringContaining('WEICAST_ADMIN_KEY'),
    });
  });
});

const KEY = Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64');

/** Lets the first look at the port pass, and holds it from then on. */
const TAKES_PORT = `data:text/javascript,${encodeURIComponent(`
  import net from 'node:net';
  const close = net.Server.prototype.close;
  net.Server.prototype.close = function (done) {
    net.Server.prototype.close = close;
    const { port, address } = this.address();
    return close.call(this, (error) => {
      net.createServer().unref().listen(port, address, () => done?.(error));
    });
  };
`)}`;

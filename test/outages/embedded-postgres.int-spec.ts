import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.js';

const asRoot = process.getuid?.() === 0;
const nobody = 65534;
const loader = import.meta.resolve('../support/typescript-loader.js');
const owner = join(import.meta.dirname, '../support/worlds/embedded-owner.ts');

let dir: string;
const running: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weicast-embedded-'));
});

afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  // Opening the folder once more ends what a killed owner left in it.
  if (existsSync(join(dir, 'data'))) await (await startEmbeddedPostgres({ dir })).stop();
  await rm(dir, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dir, durable: false });
  running.push(postgres);
  return postgres;
}

interface OtherOwner {
  readonly child: ChildProcess;
  readonly url: string;
  readonly lines: AsyncIterator<string>;
}

/** The same in another process, which can be killed; resolves once it serves. */
async function startElsewhere(identity: { uid?: number; gid?: number } = {}): Promise<OtherOwner> {
  const child = spawn(process.execPath, ['--import', loader, owner, dir], {
    ...identity,
    cwd: dir,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done === true) throw new Error(complaints);
  return { child, url: first.value, lines };
}

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

function postmasterPid(): number {
  return Number(readFileSync(join(dir, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // An orphan that nobody has reaped yet has ended all the same.
  const status = `/proc/${pid}/status`;
  return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
}

describe('the embedded Postgres', () => {
  it('the embedded Postgres starts in an empty folder with UTF-8, plain collation and durable commits', async () => {
    const { url } = await start();

    expect(
      await query(
        url,
        `select pg_encoding_to_char(encoding) as encoding, datcollate as collation,
                current_setting('synchronous_commit') as commits,
                current_setting('listen_addresses') as listens
         from pg_database where datname = current_database()`,
      ),
    ).toEqual([{ encoding: 'UTF8', collation: 'C', commits: 'on', listens: '127.0.0.1' }]);
  });

  it('the embedded Postgres lets nobody in without its password, which only its owner can read', async () => {
    const { url } = await start();
    const guess = new URL(url);
    guess.password = 'guess';

    await expect(query(guess.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(join(dir, 'password')).mode & 0o777).toBe(0o600);
  });

  it('the embedded Postgres keeps its data over a stop and a start', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();

    expect(await query((await start()).url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('the embedded Postgres leaves no process behind when it is stopped, twice or while a client is connected', async () => {
    const postgres = await start();
    const pid = postmasterPid();
    const lingering = new pg.Client({ connectionString: postgres.url });
    lingering.on('error', () => undefined);
    await lingering.connect();

    await Promise.all([postgres.stop(), postgres.stop()]);

    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(dir, 'data', 'postmaster.pid'))).toBe(false);
  });

  it('the embedded Postgres refuses a second owner of its folder, naming the first and the way out', async () => {
    await start();

    await expect(startElsewhere()).rejects.toThrow(
      new RegExp(`in use by process ${process.pid} on .*DATA_DIR.*DATABASE_URL`),
    );
  });

  it('the embedded Postgres takes over from an owner that was killed, with all that was committed', async () => {
    const { child, url } = await startElsewhere();
    await query(url, 'create table kept as select 42 as answer');
    const orphan = postmasterPid();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(orphan)).toBe(true);

    const next = await start();

    expect(isAlive(orphan)).toBe(false);
    expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('the embedded Postgres takes over when owner and server were both killed', async () => {
    const { child, url } = await startElsewhere();
    await query(url, 'create table kept as select 42 as answer');
    child.kill('SIGKILL');
    process.kill(postmasterPid(), 'SIGKILL');
    await once(child, 'exit');

    expect(await query((await start()).url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('the embedded Postgres never signals a stranger whose pid stands in a stale file', async () => {
    await (await start()).stop();
    const stranger = spawn('sleep', ['600']);
    children.push(stranger);
    writeFileSync(join(dir, 'data', 'postmaster.pid'), `${stranger.pid}\n${join(dir, 'data')}\n`);

    const { url } = await start();

    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  it('the embedded Postgres makes its database anew when the first making was cut short', async () => {
    await mkdir(join(dir, 'init', 'data', 'base'), { recursive: true });
    writeFileSync(join(dir, 'init', 'data', 'PG_VERSION'), '18\n');

    expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('the embedded Postgres says in both languages why its server did not start', async () => {
    await (await start()).stop();
    const settings = join(dir, 'data', 'postgresql.auto.conf');
    const sound = readFileSync(settings);
    writeFileSync(settings, "no_such_setting = 'on'\n");

    const refused = start();
    await expect(refused).rejects.toThrow(/内嵌 PostgreSQL 没有启动.*no_such_setting/);
    await expect(refused).rejects.toMatchObject({ name: 'StartFault' });
    writeFileSync(settings, sound);
  });

  it('the embedded Postgres tells when its server dies', async () => {
    const lost = new Promise<Error>((resolve, reject) => {
      startEmbeddedPostgres({ dir, durable: false, onLost: resolve }).then((postgres) => {
        running.push(postgres);
        process.kill(postmasterPid(), 'SIGKILL');
      }, reject);
    });

    expect((await lost).message).toContain('SIGKILL');
  });

  it('the embedded Postgres survives the Ctrl-C that ends its service, until the service stops it', async () => {
    const { child, lines } = await startElsewhere();
    const pid = postmasterPid();
    process.kill(-Number(child.pid), 'SIGINT'); // as a terminal does: to the whole process group

    expect(await lines.next()).toEqual({ done: false, value: 'still served' });
    await once(child, 'exit');
    expect(isAlive(pid)).toBe(false);
  });

  it('the embedded Postgres ends its server when its process exits without stopping it', async () => {
    const { child } = await startElsewhere();
    const pid = postmasterPid();
    child.kill('SIGTERM');
    await once(child, 'exit');

    const next = await start(); // waits for the one that is ending
    expect(isAlive(pid)).toBe(false);
    expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  const rootOnly = asRoot ? it : it.skip;

  rootOnly('runs as an ordinary user', async () => {
    chownSync(dir, nobody, nobody);
    const { url } = await startElsewhere({ uid: nobody, gid: nobody });

    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(statSync(join(dir, 'data')).uid).toBe(nobody);
  });

  rootOnly('names the folder that its user may not enter', async () => {
    const closed = join(dir, 'closed');
    await mkdir(closed, { mode: 0o700 });
    chmodSync(dir, 0o755);

    await expect(
      startEmbeddedPostgres({ dir: join(closed, 'database'), durable: false }),
    ).rejects.toThrow(`may not enter ${closed}`);
  });
});

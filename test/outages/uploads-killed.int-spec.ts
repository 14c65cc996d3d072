import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ProductWorld } from '../support/worlds/product-world.js';

const ROOT = join(import.meta.dirname, '../..');
const ROWS = 100_000;

/** A tenth of the rows fails, and some openids stand there twice, pages apart. */
const FILE = ['openid,姓名']
  .concat(
    Array.from({ length: ROWS }, (_, i) =>
      i % 10 === 3 ? `bad ${i},张三` : `oRow${i % (ROWS - 500)},张${i}`,
    ),
  )
  .join('\n');

describe('an import whose worker or database is gone', () => {
  let world: ProductWorld;
  let db: pg.Client;
  let worker: ChildProcess | undefined;

  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 3 });
    await world.ready();
    await world.stop();
    await world.start({ ROLES: 'api' });
    db = new pg.Client({ connectionString: world.databaseUrl });
    await db.connect();
  });
  afterAll(async () => {
    await stopWorker('SIGTERM');
    await db.end();
    await world.close();
  });

  const startWorker = (): void => {
    worker = spawn(process.execPath, [join(ROOT, 'dist/main.js')], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        ...world.environment({ ROLES: 'worker', LOG_LEVEL: 'fatal' }),
      },
    });
  };
  const stopWorker = async (signal: NodeJS.Signals): Promise<void> => {
    if (worker === undefined || worker.exitCode !== null || worker.signalCode !== null) return;
    const gone = once(worker, 'exit');
    worker.kill(signal);
    await gone;
  };
  const show = async (id: string) => (await world.expect(200, 'GET', `/v1/uploads/${id}`)).json;
  const isUnderWay = async (id: string): Promise<boolean> => {
    const { state, counts } = await show(id);
    if (state === 'ready') throw new Error('it was imported before anything could be done to it');
    return state === 'importing' && counts.rows > 0;
  };
  const isReady = async (id: string): Promise<boolean> => (await show(id)).state === 'ready';
  const begin = async (): Promise<string> =>
    (await world.upload(FILE, { import: 'auto' })).json.id as string;

  async function expectWhole(id: string): Promise<void> {
    expect((await show(id)).counts).toEqual({
      rows: ROWS,
      usable: 89_550,
      failed: 10_000,
      duplicates: 450,
      followers: 0,
      strangers: 89_550,
    });
    const { rows } = await db.query<{ n: number; first: number; last: number }>(
      `select count(*)::integer as n, min(line) as first, max(line) as last from upload_row where upload_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ n: 89_550, first: 2, last: ROWS - 499 }]);
    const { text } = await world.call('GET', `/v1/uploads/${id}/errors.csv?bom=0`);
    const lines = text.split('\r\n').slice(1, -1);
    expect(lines).toHaveLength(10_450);
    expect(new Set(lines).size).toBe(10_450);
    expect(lines.filter((line) => line.includes('重复'))).toHaveLength(450);
  }

  it('an import whose worker is killed is finished by another one, with the same rows and errors', async () => {
    startWorker();
    const id = await begin();
    for (let kills = 0; kills < 2; kills++) {
      await world.until(() => isUnderWay(id), 'rows');
      await stopWorker('SIGKILL');
      const { counts } = await show(id);
      startWorker();
      await world.until(async () => (await show(id)).counts.rows > counts.rows, 'the next worker');
      expect(counts.rows).toBe(counts.usable + counts.failed + counts.duplicates);
    }
    await world.until(() => isReady(id), 'the import');
    await expectWhole(id);
  });

  it('an import whose database is gone again and again for half a minute ends with the same rows and errors', async () => {
    const id = await begin();
    await world.until(() => isUnderWay(id), 'rows');
    const until = performance.now() + 30_000;
    while (performance.now() < until) {
      await db
        .query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`,
        )
        .catch(() => {});
      await sleep(300);
    }
    await world.until(() => isReady(id).catch(() => false), 'the import');
    await expectWhole(id);
  });

  it('an upload whose sender’s process is killed while it comes is never usable, and says that it broke off', async () => {
    await db.query(
      `insert into upload (id, account_id, name, state, alive_at)
       select '01a1fec7-0000-7000-8000-000000000001', id, 'killed', 'receiving', clock_now() - interval '11 minutes'
       from account limit 1`,
    );
    await db.query(
      `insert into upload_part values ('01a1fec7-0000-7000-8000-000000000001', 0, 'openid')`,
    );
    const id = '01a1fec7-0000-7000-8000-000000000001';
    await world.until(async () => (await show(id)).state === 'failed', 'the sweep');
    expect(await show(id)).toMatchObject({
      error: { code: 'broken_off' },
      can: { import: { ok: false } },
    });
    const count = async (): Promise<number> =>
      (await db.query('select from upload_part where upload_id = $1', [id])).rowCount ?? -1;
    await world.until(async () => (await count()) === 0, 'its bytes to be gone');
  });
});

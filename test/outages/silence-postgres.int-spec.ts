import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { DatabaseConfig } from '../../src/config/config.js';
import { refuseForeignClock } from '../../src/database/database-clock.js';
import { migrateToLatest } from '../../src/database/migrations/migrator.js';
import { LoggedQueue } from '../../src/queue/logged-queue.js';
import { LoggedWorker } from '../../src/queue/logged-worker.js';
import { queueOptionsOnPostgres } from '../../src/queue/queue-backend.js';
import { createTestDatabase, type TestDatabase } from '../support/stores/database.js';
import { openPools } from '../support/stores/database-pools.js';
import { SilentProxy } from '../support/stores/silent-proxy.js';

/** A host that vanished, or a network that forgot a connection: nothing is closed, and nothing is said any more. */
describe('a PostgreSQL that falls silent', () => {
  let database: TestDatabase;
  let proxy: SilentProxy;
  let url: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    const port = Number(new URL(database.url).port);
    proxy = await SilentProxy.open(() => port);
    url = proxy.inFrontOf(database.url);
  });
  afterEach(async () => {
    await proxy.close();
    await database.drop();
  });

  it('a PostgreSQL that falls silent fails a statement of each pool, and the next one finds a connection that speaks', async () => {
    const { hot, db, close } = await openPools(url);
    await hot.query(SELECT, []);
    await sql`select 1`.execute(db);

    proxy.silence();
    const lost = [hot.query(SELECT, []), sql`select 1`.execute(db)];
    await Promise.all(lost.map((one) => expect(one).rejects.toThrow(/no answer/)));
    proxy.speak();

    await expect(hot.query(SELECT, [])).resolves.toEqual([{ n: 1 }]);
    await expect(sql`select 1 as n`.execute(db)).resolves.toMatchObject({ rows: [{ n: 1 }] });
    await close();
  });

  it('a PostgreSQL that falls silent ends a transaction that waits for it, which is rolled back by the server', async () => {
    const { hot, close } = await openPools(url);
    await hot.query({ name: '', text: 'create table held (n integer)' }, []);
    const lost = hot.transaction(async (tx) => {
      await tx.query({ name: '', text: 'insert into held values (1)' }, []);
      proxy.silence();
      await tx.query(SELECT, []);
    });
    await expect(lost).rejects.toThrow(/no answer/);
    proxy.speak();
    // The server ends the session by itself: what it held is free again.
    await hot.query({ name: '', text: 'alter table held add m integer' }, []);
    await expect(hot.query({ name: '', text: 'select n from held' }, [])).resolves.toEqual([]);
    await close();
  });

  it('a PostgreSQL that falls silent keeps nobody who wants to connect waiting', async () => {
    proxy.silence();
    const { hot, close } = await openPools(url);
    await Promise.all([
      expect(hot.query(SELECT, [])).rejects.toThrow(),
      expect(refuseForeignClock(url)).rejects.toThrow(),
      expect(migrateToLatest(url)).rejects.toThrow(),
      expect(queueOptionsOnPostgres(new DatabaseConfig(url, false, 5))).rejects.toThrow(),
    ]);
    await close();
  });

  it('a PostgreSQL that falls silent stops no queue: jobs are added, and worked, over new connections', async () => {
    const options = await queueOptionsOnPostgres(new DatabaseConfig(url, false, 5));
    const queue = new LoggedQueue('silent', options);
    const worked: string[] = [];
    const worker = new LoggedWorker(
      'silent',
      (job) => Promise.resolve(void worked.push(job.name)),
      options,
    );
    await queue.add('before', {});
    while (!worked.includes('before')) await sleep(20);

    proxy.silence();
    await expect(queue.add('meanwhile', {})).rejects.toThrow();
    proxy.speak();
    await queue.add('after', {});
    while (!worked.includes('after')) await sleep(20);
    await worker.close();
    await queue.close();
  });

  it('a PostgreSQL that falls silent keeps no job from a worker whose listening connection alone fell silent', async () => {
    const options = await queueOptionsOnPostgres(new DatabaseConfig(url, false, 5));
    const queue = new LoggedQueue('silent', options);
    const worked: string[] = [];
    const worker = new LoggedWorker(
      'silent',
      (job) => Promise.resolve(void worked.push(job.name)),
      options,
    );
    // One that is due much later: until then a worker would look by itself no more, and waits to be told.
    await queue.add('later', {}, { delay: 3_600_000 });
    await queue.add('before', {});
    while (!worked.includes('before')) await sleep(20);

    const { hot, close } = await openPools(database.url);
    const listening = async () => hot.query<{ port: number }>(LISTENING, []);
    while ((await listening()).length === 0) await sleep(20);
    await sleep(500); // and it waits
    for (const { port } of await listening()) proxy.silenceFrom(port);
    await queue.add('after', {});
    while (!worked.includes('after')) await sleep(20);
    while (proxy.held > 0) await sleep(20);
    await close();
    await worker.close();
    await queue.close();
  });
});

const LISTENING = {
  name: '',
  text: "select client_port as port from pg_stat_activity where datname = current_database() and query ilike '%listen bullmq_jobs%' and pid <> pg_backend_pid()",
};

const SELECT = { name: 'silence_probe', text: 'select 1 as n' };

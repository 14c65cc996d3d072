import { sql } from 'kysely';
import pg from 'pg';
import { kyselyOn } from '../../../src/database/dialect.js';
import { SafeClient } from '../../../src/database/session/safe-client.js';
import { createTestDatabase } from '../../support/stores/database.js';

describe('a connection that breaks while nothing is asked of it', () => {
  it('a connection that breaks while nothing is asked of it tells whoever has it by the next statement, and the process lives', async () => {
    const database = await createTestDatabase();
    const client = new SafeClient({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');

    const other = new SafeClient({ connectionString: database.url });
    await other.connect();
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await other.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    await expect(client.query('select')).rejects.toThrow(/not queryable|terminat|closed/);

    await other.end();
    await database.drop();
  });
});

describe('a connection to a primary that was demoted', () => {
  it('a connection to a primary that was demoted is left as soon as it says so, and the next one is another', async () => {
    const database = await createTestDatabase();
    const pool = new pg.Pool({ Client: SafeClient, connectionString: database.url, max: 1 });
    pool.on('error', () => {}); // of an idle connection, as in the service
    // It gives a connection back, whatever its statement met.
    const db = kyselyOn<unknown>(pool);
    const pid = async (): Promise<number | undefined> =>
      (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid;
    const write = () => sql`insert into kept values (1)`.execute(db);
    await sql`create table kept (n int)`.execute(db);
    const before = await pid();
    await sql`set default_transaction_read_only = on`.execute(db);

    await expect(write()).rejects.toMatchObject({ code: '25006' });
    await write();

    expect(await pid()).not.toBe(before);
    await db.destroy();
    await database.drop();
  });

  it('a connection to a primary that was demoted is left after the transaction that heard of it, which hears no other error', async () => {
    const database = await createTestDatabase();
    const pool = new pg.Pool({ Client: SafeClient, connectionString: database.url, max: 1 });
    pool.on('error', () => {});
    const db = kyselyOn<unknown>(pool);
    await sql`create table kept (n int)`.execute(db);
    await sql`set default_transaction_read_only = on`.execute(db);
    const write = () =>
      db.transaction().execute((tx) => sql`insert into kept values (1)`.execute(tx));

    await expect(write()).rejects.toMatchObject({ code: '25006' });
    await expect(write()).resolves.toBeDefined();

    await db.destroy();
    await database.drop();
  });
});

import { HeardClient } from '../../src/database/heard-client.js';
import { createTestDatabase } from '../support/database.js';

describe('a connection that breaks while nothing is asked of it', () => {
  it('tells whoever has it by the next statement, and the process lives', async () => {
    const database = await createTestDatabase();
    const client = new HeardClient({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');

    const other = new HeardClient({ connectionString: database.url });
    await other.connect();
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await other.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    await expect(client.query('select')).rejects.toThrow(/not queryable|terminat|closed/);

    await other.end();
    await database.drop();
  });
});

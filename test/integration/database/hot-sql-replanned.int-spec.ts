import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';
import { openPools } from '../../support/stores/database-pools.js';

/** A migration while the service runs: PostgreSQL refuses a prepared statement whose result looks otherwise now. */
describe('a statement whose result another version of the schema changed', () => {
  const all = { name: 'all_of_it', text: 'select * from it' };
  const ask = (text: string) => ({ name: '', text });
  let database: TestDatabase;
  let pools: Awaited<ReturnType<typeof openPools>>;

  beforeEach(async () => {
    database = await createTestDatabase();
    pools = await openPools(database.url);
    await pools.hot.query(ask('create table it (n integer)'), []);
    await pools.hot.query(ask('insert into it values (1)'), []);
  });
  afterEach(async () => {
    await pools.close();
    await database.drop();
  });

  it('a statement whose result another version of the schema changed is prepared anew on every connection that knew it', async () => {
    const { hot } = pools;
    // Two at once: both connections of the pool know it.
    await Promise.all([
      hot.transaction((tx) => tx.query(all, [])),
      hot.transaction((tx) => tx.query(all, [])),
    ]);
    await hot.query(ask('alter table it add m integer'), []);
    await expect(Promise.all([hot.query(all, []), hot.query(all, [])])).resolves.toEqual([
      [{ n: 1, m: null }],
      [{ n: 1, m: null }],
    ]);
  });

  it('a statement whose result another version of the schema changed lets its transaction begin again, once on each connection that knew it', async () => {
    const { hot } = pools;
    await hot.transaction((tx) => tx.query(all, []));
    await hot.query(ask('alter table it add m integer'), []);
    const twice = async () =>
      hot.transaction(async (tx) => {
        await tx.query(ask('insert into it values (2)'), []);
        return tx.query(all, []);
      });
    await expect(twice()).resolves.toEqual([
      { n: 1, m: null },
      { n: 2, m: null },
    ]);
  });
});

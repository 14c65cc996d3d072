import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { inTransaction } from '../../../src/audit/record/in-transaction.js';
import { kyselyOn } from '../../../src/database/dialect.js';
import { actingAs } from '../../../src/kernel/acting.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';

interface Tables {
  thing: { id: number; name: string };
}

describe('a transaction that names what it does', () => {
  let database: TestDatabase;
  let db: Kysely<Tables>;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = kyselyOn<Tables>(new pg.Pool({ connectionString: database.url }));
    await sql`create table thing (id integer primary key, name text not null)`.execute(db);
    await sql`
      insert into account (appid, kind, name, callback_mode, token_mode, sealed_secret, sealed_callback_token)
      values ('wx0000000000000001', 'service', 'A', 'plain', 'stable', 'x', 'x')`.execute(db);
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });
  afterEach(() => sql`truncate thing, audit_entry`.execute(db));

  const entries = async () =>
    (await sql<Record<string, unknown>>`select * from audit_entry order by id`.execute(db)).rows;
  const things = async () => (await db.selectFrom('thing').selectAll().execute()).length;
  const target = { kind: 'account', id: 'wx0000000000000001' } as const;

  it('an entry is written with the change, with who did it, from where, and by which request', async () => {
    const actor = {
      kind: 'operator',
      id: 7,
      name: 'Li',
      ip: '192.0.2.1',
      requestId: 'req-1',
    } as const;
    const made = await actingAs(actor, () =>
      inTransaction(db, async (tx, audit) => {
        await tx.insertInto('thing').values({ id: 1, name: 'one' }).execute();
        audit({
          action: 'account.change',
          target,
          appid: 'wx0000000000000001',
          before: { name: 'none' },
          after: { name: 'one' },
        });
        return 'made';
      }),
    );
    expect(made).toBe('made');
    const [entry, ...others] = await entries();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      actorKind: 'operator',
      actorId: '7',
      actorName: 'Li',
      ip: '192.0.2.1',
      requestId: 'req-1',
      action: 'account.change',
      targetKind: 'account',
      targetId: 'wx0000000000000001',
      appid: 'wx0000000000000001',
      accountId: expect.any(Number) as number,
      before: { name: 'none' },
      after: { name: 'one' },
      cut: false,
    });
    // The id's first 48 bits are the time: pages and partitions go by it.
    const { id, at } = entry as { id: string; at: Date };
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at.getTime());
    expect(id[14]).toBe('7');
  });

  it('a change whose action is not named is refused, and nothing of it is kept', async () => {
    const work = inTransaction(db, async (tx) => {
      await tx.insertInto('thing').values({ id: 1, name: 'one' }).execute();
    });
    await expect(work).rejects.toThrow('did not name what it does');
    const raw = inTransaction(db, (tx) => sql`insert into thing values (2, 'two')`.execute(tx));
    await expect(raw).rejects.toThrow('did not name what it does');
    expect(await things()).toBe(0);
    expect(await entries()).toEqual([]);
  });

  it('work that changes nothing needs no name and writes no entry', async () => {
    const changed = await inTransaction(db, async (tx) => {
      await sql`select from account for update`.execute(tx);
      const { numUpdatedRows } = await tx
        .updateTable('thing')
        .set({ name: 'x' })
        .where('id', '=', 9)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
    expect(changed).toBe(false);
    expect(await entries()).toEqual([]);
  });

  it('a change that leaves everything as it was writes no entry', async () => {
    await db.insertInto('thing').values({ id: 1, name: 'one' }).execute();
    await inTransaction(db, async (tx, audit) => {
      await tx.updateTable('thing').set({ name: 'one' }).where('id', '=', 1).execute();
      audit({ action: 'account.change', target, before: { name: 'one' }, after: { name: 'one' } });
    });
    expect(await entries()).toEqual([]);
  });

  it('work that fails after it was named leaves neither its change nor an entry', async () => {
    const work = inTransaction(db, async (tx, audit) => {
      await tx.insertInto('thing').values({ id: 1, name: 'one' }).execute();
      audit({ action: 'account.hold', target });
      throw new Error('the power went');
    });
    await expect(work).rejects.toThrow('the power went');
    expect(await things()).toBe(0);
    expect(await entries()).toEqual([]);
  });

  it('an entry that cannot be written takes its change with it', async () => {
    await sql`alter table audit_entry add constraint no_entries check (false) not valid`.execute(
      db,
    );
    try {
      const work = inTransaction(db, async (tx, audit) => {
        await tx.insertInto('thing').values({ id: 1, name: 'one' }).execute();
        audit({ action: 'account.hold', target });
      });
      await expect(work).rejects.toThrow('no_entries');
      expect(await things()).toBe(0);
    } finally {
      await sql`alter table audit_entry drop constraint no_entries`.execute(db);
    }
  });

  it('one transaction has one name: a second one is a mistake of ours', async () => {
    const work = inTransaction(db, (_, audit) => {
      audit({ action: 'account.hold', target });
      audit({ action: 'account.lift', target });
      return Promise.resolve();
    });
    await expect(work).rejects.toThrow('named its change already');
    expect(await entries()).toEqual([]);
  });

  it('bookkeeping that nobody sees is said to be nothing, and has no entry', async () => {
    await inTransaction(db, async (tx, audit) => {
      await tx.insertInto('thing').values({ id: 1, name: 'one' }).execute();
      audit.nothing();
    });
    expect(await things()).toBe(1);
    expect(await entries()).toEqual([]);
  });

  it('outside of requests the service itself is the actor, with its reason; the account may be named by our id', async () => {
    await inTransaction(db, async (tx, audit) => {
      const { rows } = await sql<{ id: number }>`select id from account`.execute(tx);
      audit({
        action: 'account.fault',
        target,
        accountId: rows[0]!.id,
        reason: `refused for oABCDEFGHIJKLMNOPQRSTUVWXYZ1`,
      });
    });
    expect(await entries()).toMatchObject([
      {
        actorKind: 'system',
        actorId: null,
        appid: 'wx0000000000000001',
        reason: 'refused for oABC***XYZ1',
        before: null,
        after: null,
      },
    ]);
  });

  it('a month without a partition of its own never fails a change', async () => {
    const { rows } =
      await sql`select from pg_inherits where inhparent = 'audit_entry'::regclass`.execute(db);
    expect(rows).toHaveLength(1);
    await inTransaction(db, (_, audit) => {
      audit({ action: 'account.hold', target });
      return Promise.resolve();
    });
    const found = await sql`select from audit_entry_elsewhen`.execute(db);
    expect(found.rows).toHaveLength(1);
  });
});

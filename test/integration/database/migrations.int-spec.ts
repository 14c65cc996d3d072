import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import pg from 'pg';
import { DeliveryPartitions } from '../../../src/broadcast/engine/storage/delivery-partitions.js';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';
import { MIGRATIONS, type NamedMigration } from '../../../src/database/migrations/migrations.js';
import { migrateToLatest } from '../../../src/database/migrations/migrator.js';
import { addPartitionedIndex } from '../../../src/database/migrations/partitioned-index.js';
import { Clock } from '../../../src/kernel/clock.js';
import {
  findOlderPostgres,
  type OlderPostgres,
  startOlderPostgres,
} from '../../support/stores/debian-postgres.js';
import { fillFormer, FORMER } from '../../support/stores/former-rows.js';

/** What a migration has put elsewhere: the quota's figures lie in `quota_limit`, by path. */
const MOVED = ['pace.daily_limit', 'pace.quota_learned_at', 'pace.opened_day'];

const older = findOlderPostgres();
const former = MIGRATIONS.slice(0, MIGRATIONS.findIndex(({ name }) => name === FORMER) + 1);

const step = (name: string, ...statements: string[]): NamedMigration => ({
  name,
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
});

const indexStep: NamedMigration = {
  name: 'b-index',
  transaction: 'none',
  up: (db) =>
    addPartitionedIndex(db, {
      name: 'part_by_n',
      table: 'part',
      definition: '(n) where n is not null',
    }),
};
const partStep = step(
  'a-table',
  'create table part (id integer primary key, n integer) partition by range (id)',
  'create table part_1 partition of part for values from (0) to (100)',
  'create table part_2 partition of part for values from (100) to (200)',
);

describe.each([
  { server: 'the PostgreSQL of the embedded default', bin: undefined },
  ...(older === undefined ? [] : [{ server: `an older PostgreSQL (${older})`, bin: older }]),
])('migrations, on $server', ({ server, bin }) => {
  let olderServer: OlderPostgres | undefined;
  let serverUrl: string;
  let made = 0;
  const clients: pg.Client[] = [];

  beforeAll(async () => {
    if (bin !== undefined) olderServer = await startOlderPostgres(bin);
    const url = new URL(olderServer?.url ?? process.env['TEST_DATABASE_URL'] ?? '');
    url.pathname = '/postgres';
    serverUrl = url.href;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.end();
  });
  afterAll(() => olderServer?.stop());

  const connect = async (url: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url, options: clockOption(0) });
    await client.connect();
    clients.push(client);
    return client;
  };
  /** An empty database; one run's server goes with all that is in it. */
  const emptyDatabase = async (): Promise<string> => {
    const name = `migrations_${process.pid}_${++made}`;
    await (await connect(serverUrl)).query(`create database ${name} template template0`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    return url.href;
  };

  it(`migrations on ${server} bring a database of the former release up to date and keep every row of it`, async () => {
    const url = await emptyDatabase();
    await migrateToLatest(url, former);
    const client = await connect(url);
    await fillFormer(client);
    const tables = await tablesOf(client, MOVED);
    const before = await rowsOf(client, tables);
    expect(Object.keys(before).filter((table) => before[table] === '[]')).toEqual([]);

    await migrateToLatest(url);

    expect(await rowsOf(client, tables)).toEqual(before);
    const moved = await client.query(
      `select account_id, channel, daily_limit from quota_limit order by 1`,
    );
    expect(moved.rows).toEqual([{ account_id: 1, channel: 'template', daily_limit: '100000' }]);
  });

  it(`migrations on ${server} make of a former database what they make of an empty one, partitions included`, async () => {
    const [old, fresh] = [await emptyDatabase(), await emptyDatabase()];
    await migrateToLatest(old, former);
    const [oldClient, freshClient] = [await connect(old), await connect(fresh)];
    await fillFormer(oldClient);
    await migrateToLatest(old);
    await migrateToLatest(fresh);
    await makePartitions(fresh);

    expect(await schemaOf(oldClient)).toEqual(await schemaOf(freshClient));
    const [wanted] = await partitionsOf(freshClient, 'delivery');
    for (const table of ['delivery', 'delivery_problem', 'receipt']) {
      const [newOne] = await partitionsOf(freshClient, table);
      for (const partition of await partitionsOf(oldClient, table)) expect(partition).toBe(newOne);
    }
    expect(wanted).toContain('msgid');
  });

  it(`migrations on ${server} let a migration use the enum value that the one before it added`, async () => {
    const url = await emptyDatabase();
    const made_ = step(
      'a',
      `create type mood as enum ('calm')`,
      'create table t (m mood not null)',
    );
    await migrateToLatest(url, [made_]);
    await migrateToLatest(url, [
      made_,
      step('b', `alter type mood add value 'cross'`),
      step('c', `create index t_cross on t (m) where m = 'cross'`),
    ]);
    const { rows } = await (await connect(url)).query(`select name from migration order by name`);
    expect(rows).toEqual([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
  });

  it(`migrations on ${server} keep those that succeeded before one fails, and nothing of that one`, async () => {
    const url = await emptyDatabase();
    const good = step('a', 'create table a (id integer)');
    const bad = step('b', 'create table b (id integer)', 'select 1 / 0');
    await expect(migrateToLatest(url, [good, bad])).rejects.toThrow(
      'migration b failed; nothing of it was kept',
    );
    const client = await connect(url);
    expect(
      (await client.query(`select to_regclass('a') as a, to_regclass('b') as b`)).rows,
    ).toEqual([{ a: 'a', b: null }]);
    await migrateToLatest(url, [good, step('b', 'create table b (id integer)')]);
  });

  it(`migrations on ${server} run once where several processes start at once, also one that builds an index concurrently`, async () => {
    const url = await emptyDatabase();
    const steps = [partStep, indexStep, step('c', 'create table c (id integer)')];
    await Promise.all(Array.from({ length: 4 }, () => migrateToLatest(url, steps)));
    const { rows } = await (await connect(url)).query(`select name from migration order by name`);
    expect(rows.map(({ name }: { name: string }) => name)).toEqual(['a-table', 'b-index', 'c']);
  });

  it(`migrations on ${server} refuse by name a database that a newer version brought up to date`, async () => {
    const url = await emptyDatabase();
    await migrateToLatest(url, [step('a', 'create table a ()'), step('9999-later', 'select 1')]);
    await expect(migrateToLatest(url, [step('a', 'create table a ()')])).rejects.toThrow(
      /newer version than this one \(9999-later\)/,
    );
  });

  it(`migrations on ${server} give way to those who use a table that is to change, and change it once it is free`, async () => {
    const url = await emptyDatabase();
    const first = step('a', 'create table a (id integer)', 'insert into a values (1)');
    await migrateToLatest(url, [first]);
    const [reader, writer] = [await connect(url), await connect(url)];
    await reader.query('begin; select id from a');

    const migrating = migrateToLatest(url, [
      first,
      step('b', 'alter table a add column n integer not null default 0'),
    ]);
    await waitingFor(writer, 'alter table a');
    // Behind the reader the migration waits for its lock, and whoever comes then waits behind the migration:
    // without its giving way this would last as long as the reader does.
    await writer.query('insert into a values (2)');
    await reader.query('commit');
    await migrating;
    expect((await writer.query('select n from a')).rows).toEqual([{ n: 0 }, { n: 0 }]);
  });

  it(`migrations on ${server} build the index of a partitioned table while its partitions are written to`, async () => {
    const url = await emptyDatabase();
    await migrateToLatest(url, [partStep]);
    const [writer, look] = [await connect(url), await connect(url)];
    await writer.query('begin; insert into part values (1, 1)');
    const migrating = migrateToLatest(url, [partStep, indexStep]);
    await waitingFor(look, 'create index concurrently');
    // It waits for the writer that was there before, and holds up nobody who comes.
    await look.query('insert into part values (2, 2), (101, 1)');
    await writer.query('commit');
    await migrating;
    expect(await indexesOf(look)).toEqual([
      { index: 'part_1_part_by_n', valid: true, attached: true },
      { index: 'part_2_part_by_n', valid: true, attached: true },
      { index: 'part_by_n', valid: true, attached: false },
    ]);
    await look.query('create table part_3 partition of part for values from (200) to (300)');
    expect(await indexesOf(look)).toContainEqual({
      index: 'part_3_n_idx',
      valid: true,
      attached: true,
    });
  });

  it(`migrations on ${server} begin again where the building of an index was cut off`, async () => {
    const url = await emptyDatabase();
    await migrateToLatest(url, [partStep]);
    const [writer, look] = [await connect(url), await connect(url)];
    await writer.query('begin; insert into part values (101, 1)');
    const cutOff = migrateToLatest(url, [partStep, indexStep]).catch(String);
    await waitingFor(look, 'create index concurrently "part_2');
    await look.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query ~* 'create index concurrently' and pid <> pg_backend_pid()`,
    );
    expect(await cutOff).toContain('the next start takes it up again');
    await writer.query('commit');
    expect(await indexesOf(look)).toContainEqual(
      expect.objectContaining({ index: 'part_2_part_by_n', valid: false }),
    );
    await migrateToLatest(url, [partStep, indexStep]);
    expect((await indexesOf(look)).filter(({ valid }) => !valid)).toEqual([]);
  });
});

describe('migrations after the former release', () => {
  const folder = new URL('../../../src/database/migrations/', import.meta.url);
  const sources = readdirSync(folder)
    .filter((file) => /^[0-9].*[.]ts$/.test(file) && file > FORMER)
    .filter((file) => !file.startsWith(FORMER))
    .map((file) => ({ file, source: readFileSync(new URL(file, folder), 'utf8') }));

  it('migrations after the former release add an enum value and do nothing else', () => {
    const mixed = sources.filter(
      ({ source }) => /\badd value\b/i.test(source) && source.split('.execute(').length !== 2,
    );
    expect(mixed.map(({ file }) => file)).toEqual([]);
  });

  it('migrations after the former release never lock a partitioned table for as long as an index is built', () => {
    const locking = sources.filter(({ source }) =>
      /create (unique )?index [^`]*\bon (delivery|delivery_problem|receipt)\b/i.test(source),
    );
    expect(locking.map(({ file }) => file)).toEqual([]);
  });
});

/** Until some session runs a statement like it and waits for another one. */
async function waitingFor(client: pg.Client, statement: string): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      `select from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and position($1 in query) > 0
         and pid <> pg_backend_pid()`,
      [statement],
    );
    if (rows.length > 0) return;
  }
}

/** Tables and their columns, partitions under their parents. */
async function tablesOf(
  client: pg.Client,
  without: readonly string[],
): Promise<Record<string, string>> {
  const { rows } = await client.query<{ table: string; columns: string }>(
    `select c.relname as table, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
       and c.relname not like 'migration%' and c.relname || '.' || a.attname <> all ($1::text[])
     group by c.relname order by 1`,
    [without],
  );
  return Object.fromEntries(rows.map(({ table, columns }) => [table, columns]));
}

/** Every row of those columns, as one text a table. */
async function rowsOf(
  client: pg.Client,
  tables: Record<string, string>,
): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const [table, columns] of Object.entries(tables)) {
    const { rows } = await client.query<{ rows: string }>(
      `select coalesce(json_agg(r order by r::text), '[]')::text as rows from (select ${columns} from ${table}) r`,
    );
    all[table] = rows[0]!.rows;
  }
  return all;
}

/** Columns, indexes, constraints and enum labels, without partitions. */
async function schemaOf(client: pg.Client): Promise<unknown> {
  const { rows } = await client.query(
    `select 'column' as what, format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) as is
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
     union all
     select 'index', pg_get_indexdef(x.indexrelid) || x.indisvalid
     from pg_index x join pg_class c on c.oid = x.indrelid
     where c.relnamespace = 'public'::regnamespace and not c.relispartition
     union all
     select 'constraint', conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
     from pg_constraint
     where connamespace = 'public'::regnamespace
       and conrelid not in (select inhrelid from pg_inherits)
     union all
     select 'label', enumtypid::regtype || ' ' || enumlabel from pg_enum
     order by 1, 2`,
  );
  return rows;
}

/** What each partition of a table has, without the names: its indexes, and what is gathered of its columns. */
async function partitionsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ is: string }>(
    `select (select string_agg(regexp_replace(pg_get_indexdef(x.indexrelid), '^.* USING ', '')
         || x.indisvalid, '; ' order by regexp_replace(pg_get_indexdef(x.indexrelid), '^.* USING ', ''))
       from pg_index x where x.indrelid = i.inhrelid)
       || (select string_agg(a.attname || ' ' || coalesce(a.attstattarget, -1), '; ' order by a.attname) from pg_attribute a
         where a.attrelid = i.inhrelid and a.attnum > 0 and not a.attisdropped)
       || coalesce(c.reloptions::text, '') as is
     from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass($1) order by c.relname`,
    [table],
  );
  return rows.map(({ is }) => is);
}

async function indexesOf(
  client: pg.Client,
): Promise<{ index: string; valid: boolean; attached: boolean }[]> {
  const { rows } = await client.query<{ index: string; valid: boolean; attached: boolean }>(
    `select c.relname as index, x.indisvalid as valid, c.relispartition as attached
     from pg_index x join pg_class c on c.oid = x.indexrelid
     where x.indrelid::regclass::text like 'part%' and not x.indisprimary order by 1`,
  );
  return rows;
}

async function makePartitions(url: string): Promise<void> {
  const db = kyselyOn<BroadcastTables>(
    new pg.Pool({ connectionString: url, max: 1, options: clockOption(0) }),
  );
  await new DeliveryPartitions(db, new Clock()).ensure();
  await db.destroy();
}

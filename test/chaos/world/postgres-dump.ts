import { runMigrations } from 'bullmq';
import pg from 'pg';
import { migrateToLatest } from '../../../src/database/migrations/migrator.js';

/** A dump holds rows as JSON, by table, and the partitions. The migrations make the rest of the schema. */
export interface Dump {
  readonly partitions: readonly string[];
  readonly tables: readonly DumpedTable[];
  readonly sequences: readonly { readonly name: string; readonly at: string }[];
}

interface DumpedTable {
  readonly name: string;
  readonly columns: string;
  readonly rows: string | null;
}

/**
 * Reads one snapshot of every row. The npm package of PostgreSQL has no pg_dump, and the tables of the service need
 * no more than this.
 */
export async function dump(url: string): Promise<Dump> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read');
    const listed = await client.query<{ name: string; columns: string }>(TABLES);
    const partitions = await client.query<{ statement: string }>(PARTITIONS);
    const tables: DumpedTable[] = [];
    for (const { name, columns } of listed.rows) {
      const { rows } = await client.query<{ rows: string | null }>(
        `select json_agg(t)::text as rows from (select ${columns} from ${name}) t`,
      );
      tables.push({ name, columns, rows: rows[0]?.rows ?? null });
    }
    const sequences = await client.query<{ name: string; at: string }>(
      `select format('%I.%I', schemaname, sequencename) as name, last_value::text as at
       from pg_sequences where last_value is not null`,
    );
    await client.query('commit');
    return {
      partitions: partitions.rows.map(({ statement }) => statement),
      tables,
      sequences: sequences.rows,
    };
  } finally {
    await client.end();
  }
}

/** Makes a new database from a dump, and replaces the old one by it. */
export async function restoreDump(url: string, from: Dump): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const fresh = new URL(url);
  fresh.pathname = `/${name}_restored`;
  const admin = new URL(url);
  admin.pathname = '/postgres';

  await run(admin.href, `create database ${name}_restored`);
  await migrateToLatest(fresh.href);
  const client = new pg.Client({ connectionString: fresh.href });
  await client.connect();
  try {
    if (from.tables.some((table) => !table.name.startsWith('public.'))) await runMigrations(client);
    await client.query('begin');
    for (const statement of from.partitions) await client.query(statement);
    await client.query('set local session_replication_role = replica');
    await client.query(`truncate ${from.tables.map((table) => table.name).join(', ')}`);
    for (const table of from.tables) {
      if (table.rows === null) continue;
      await client.query(
        `insert into ${table.name} (${table.columns}) overriding system value
         select ${table.columns} from json_populate_recordset(null::${table.name}, $1::json)`,
        [table.rows],
      );
    }
    for (const { name: sequence, at } of from.sequences) {
      // The queue creates sequences while it runs.
      await client.query(`create sequence if not exists ${sequence}`);
      await client.query('select setval($1, $2)', [sequence, at]);
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
  await run(admin.href, `alter database ${name} allow_connections false`);
  await run(
    admin.href,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  );
  await run(admin.href, `drop database ${name} with (force)`);
  await run(admin.href, `alter database ${name}_restored rename to ${name}`);
}

const PARTITIONS = `
  select format('create table if not exists %s partition of %s %s %s', c.oid::regclass,
    i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid),
    'with (' || array_to_string(c.reloptions, ', ') || ')') as statement
  from pg_class c join pg_inherits i on i.inhrelid = c.oid
  where c.relkind = 'r' and c.relispartition`;

/** The tables with rows of ours or of the queue, and their columns without generated ones. */
const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name,
    (select string_agg(format('%I', a.attname), ', ' order by a.attnum) from pg_attribute a
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition
    and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'
  order by 1`;

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

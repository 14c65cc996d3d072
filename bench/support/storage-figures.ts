import type { Figures } from '../bench.js';
import type { PostgresServer } from './postgres-server.js';

const TABLES = ['delivery', 'receipt'] as const;
const MEBIBYTE = 1_048_576;

interface Size {
  readonly partitions: number;
  readonly table: number;
  readonly indexes: number;
  readonly dead: number;
  readonly vacuums: number;
  readonly seconds: number;
}

interface Leaf {
  readonly name: string;
  readonly density: number;
}

/** Sizes, what autovacuum did, and how much room is wasted where broadcasts are being written: in the present month. */
export async function storageFigures(postgres: PostgresServer, url: string): Promise<Figures> {
  await postgres.query(url, 'create extension if not exists pgstattuple');
  const figures: Record<string, Figures> = {};
  for (const table of TABLES) figures[table] = await figuresOf(postgres, url, table);
  return figures;
}

async function figuresOf(postgres: PostgresServer, url: string, table: string): Promise<Figures> {
  const [size] = await postgres.query<Size>(
    url,
    `select count(*)::integer as partitions, sum(pg_table_size(i.inhrelid))::float8 as "table",
       sum(pg_indexes_size(i.inhrelid))::float8 as indexes, sum(s.n_dead_tup)::float8 as dead,
       sum(s.autovacuum_count)::float8 as vacuums, sum(s.total_autovacuum_time)::float8 / 1000 as seconds
     from pg_inherits i join pg_stat_user_tables s on s.relid = i.inhrelid
     where i.inhparent = $1::regclass`,
    [table],
  );
  const written = `${table}_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;
  const [rows] = await postgres.query<{ dead: number; free: number }>(
    url,
    'select dead_tuple_percent as dead, free_percent as free from pgstattuple($1::regclass)',
    [written],
  );
  const leaves = await postgres.query<Leaf>(
    url,
    `select x.indexrelid::regclass::text as name, s.avg_leaf_density as density
     from pg_index x cross join lateral pgstatindex(x.indexrelid::regclass) s
     where x.indrelid = $1::regclass and s.avg_leaf_density <> 'NaN' order by 1`,
    [written],
  );
  return {
    partitions: size?.partitions ?? NaN,
    tableMiB: mebibytes(size?.table),
    indexMiB: mebibytes(size?.indexes),
    deadRows: size?.dead ?? NaN,
    autovacuums: size?.vacuums ?? NaN,
    autovacuumSeconds: Math.round(size?.seconds ?? NaN),
    presentMonth: {
      deadPercent: rows?.dead ?? NaN,
      freePercent: rows?.free ?? NaN,
      ...Object.fromEntries(
        leaves.map(({ name, density }) => [
          `leafDensityPercent ${name.replace(`${written}_`, '')}`,
          density,
        ]),
      ),
    },
  };
}

const mebibytes = (bytes: number | undefined): number => Math.round((bytes ?? NaN) / MEBIBYTE);

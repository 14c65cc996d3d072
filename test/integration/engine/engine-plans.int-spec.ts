import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { PoolClient } from 'pg';
import {
  HISTORY_EVERYWHERE,
  HISTORY_OF_OPENID,
  ONE_DELIVERY,
  PROBLEMS,
  SCAN_DELIVERIES,
} from '../../../src/broadcast/deliveries/delivery.statements.js';
import { DELIVERY_STATES_OF_FORM_IDS } from '../../../src/broadcast/engine/storage/unfinished-form-ids.js';
import { ExpandService } from '../../../src/broadcast/engine/expand/expand.service.js';
import { TableStatistics } from '../../../src/broadcast/engine/storage/table-statistics.js';
import { SINGLE_MESSAGE } from '../../../src/broadcast/messages/single-message.statement.js';
import { ACCEPT } from '../../../src/broadcast/engine/send/accept.statement.js';
import { CLAIM } from '../../../src/broadcast/engine/send/claim.statement.js';
import {
  MATCH_BY_TIME,
  TAKE_DUE_RECEIPTS,
} from '../../../src/broadcast/engine/receipts/next-match.statements.js';
import {
  DELIVER,
  MATCH,
  RECEIVE,
  WAITING_RECEIPTS,
} from '../../../src/broadcast/engine/receipts/receive.statements.js';
import {
  CAPPED_DUE,
  CAPPED_NEXT,
  OPEN_BROADCASTS,
  RELEASE_DUE,
  RELEASE_JUDGED,
  RELEASE_NEXT,
  RELEASE_SINGLES,
} from '../../../src/broadcast/engine/release/release.statements.js';
import {
  CLOSE_REVIEWS,
  INTERCEPT,
  INTERCEPTED_CANDIDATES,
} from '../../../src/broadcast/engine/reviews/review.statements.js';
import { CANARIES } from '../../../src/broadcast/engine/breakers/canary.statement.js';
import { OTHERS_IN_FLIGHT } from '../../../src/broadcast/engine/send/in-flight-check.js';
import { FORGET_PROBLEMS, SETTLE } from '../../../src/broadcast/engine/send/settle.statement.js';
import {
  SWEEP_PAGE,
  SWEEP_RETURNED,
  SWEEP_SINGLES,
} from '../../../src/broadcast/engine/sweep/sweep.statements.js';
import type { HotStatement } from '../../../src/database/hot-sql.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

const ROWS = 1_000_000;
const FEWER_ROWS = 200_000;

/** Every statement of the hot path that reads deliveries or receipts. */
const STATEMENTS: HotStatement[] = [
  CLOSE_REVIEWS,
  INTERCEPT,
  INTERCEPTED_CANDIDATES,
  CLAIM,
  OTHERS_IN_FLIGHT,
  ACCEPT,
  SETTLE,
  DELIVER,
  RECEIVE,
  MATCH,
  WAITING_RECEIPTS,
  TAKE_DUE_RECEIPTS,
  MATCH_BY_TIME,
  RELEASE_DUE,
  RELEASE_NEXT,
  RELEASE_SINGLES,
  CAPPED_DUE,
  CAPPED_NEXT,
  RELEASE_JUDGED,
  SWEEP_PAGE,
  SWEEP_RETURNED,
  SWEEP_SINGLES,
  FORGET_PROBLEMS,
  DELIVERY_STATES_OF_FORM_IDS,
  SCAN_DELIVERIES,
  PROBLEMS,
  ONE_DELIVERY,
  HISTORY_EVERYWHERE,
  HISTORY_OF_OPENID,
  SINGLE_MESSAGE,
  CANARIES,
  OPEN_BROADCASTS,
];

/** Columns that every scan of a table must have bound in its index condition, one of these sets. */
const BOUND: Record<string, string[][]> = {
  delivery: [['broadcast_id', 'openid'], ['msgid'], ['broadcast_id', 'not_before'], ['openid']],
  delivery_problem: [['broadcast_id', 'state', 'errcode', 'openid']],
  receipt: [
    ['msgid', 'account_id'],
    ['account_id', 'msgid', 'openid'],
    ['openid', 'account_id'],
    ['look_at'],
  ],
  broadcast: [['id'], ['account_id']],
  delivery_review: [['since'], ['broadcast_id', 'openid']],
  stranger_receipt: [['account_id', 'day'], ['account_id']],
  pace: [['account_id']],
  account: [['id']],
  follower: [['account_id', 'openid']],
  suppression: [['account_id', 'openid']],
  quota_day: [['account_id', 'day']],
  quota_limit: [['account_id', 'channel']],
};

/** What is taken from the beginning of an index, as much as is due. */
const ORDERED = ['look_at', 'since'];

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Actual Loops'?: number;
  'Rows Removed by Join Filter'?: number;
  Plans?: PlanNode[];
}

/**
 * A new broadcast is always unknown to the planner's statistics. On a table that was filled and
 * never analysed, every hot statement must still reach its rows by their keys.
 */
describe('the plans of the hot statements, on a fresh table of a million rows', () => {
  let world: EngineWorld;
  beforeAll(async () => {
    world = await EngineWorld.open();
    await withoutAutovacuum(world);
    const broadcast = await world.broadcastTo();
    await sql`
      insert into delivery (broadcast_id, openid, account_id, state, msgid, not_before)
      select ${broadcast}::uuid, 'o' || lpad(i::text, 27, '0'), ${world.accountId}, 'pending',
        case when i % 10 = 0 then i end, case when i % 100 = 1 then clock_now() end
      from generate_series(1, ${ROWS}::integer) i`.execute(world.db);
    const analysed = await sql`
      select from pg_stats where tablename like 'delivery_2%'`.execute(world.db);
    expect(analysed.rows).toEqual([]);
  });
  afterAll(() => world.close());

  it.each(STATEMENTS)('$name reaches its rows by their keys', async (statement) => {
    expect(await unbound(world, statement)).toEqual([]);
  });

  it('sweep-page looks for what blocks the mark once, not once for each row', async () => {
    const client = await world.pool.connect();
    const { rows } = await client.query<{ id: string }>('select id from broadcast');
    await client.query(`begin; prepare sweep_page as ${SWEEP_PAGE.text}`);
    const explained = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `explain (analyze, format json)
         execute sweep_page('${rows[0]!.id}', '', 'p', false, true, 1000, 'test')`,
    );
    await client.query('rollback; deallocate sweep_page');
    client.release();
    const loops = allOf(explained.rows[0]!['QUERY PLAN'][0]!.Plan)
      .filter((node) => node['Node Type'] === 'SetOp')
      .map((node) => node['Actual Loops']);
    expect(loops).toEqual([1]);
  });

  it('the plans of the hot statements, on a fresh table of a million rows, would notice a statement that walks the broadcast', async () => {
    const { rows } = await world.pool.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `explain (generic_plan, format json) select openid from delivery where broadcast_id = $1::uuid and state = 'pending'`,
    );
    expect(scansOf(rows[0]!['QUERY PLAN'][0]!.Plan)).toContainEqual(
      expect.objectContaining({ table: 'delivery', columns: ['broadcast_id'] }),
    );
  });
});

describe('the hot statements', () => {
  /** Each reads a row or so by its key, of a table that has one for each account, worker or broadcast, or adds one. */
  const SMALL = [
    'APPID_OF_BROADCAST',
    'INSERT_ENTRY',
    'TAKE_LEASES',
    'KEEP_CREDITS',
    'END_LEASES',
    'QUOTA_LEFT',
    'COUNT_SLOTS',
    'FORGET_SLOTS',
    'TAKE_INTERCEPTION_LEASES',
    'MOVE_INTERCEPTION_CURSOR',
    'NOTE_INTERCEPTIONS',
    'APPID_OF_UPLOAD',
    'APPID_OF_PREFLIGHT',
    'ADVANCE',
    'PUT_FAILURES',
    'LOCK_TAG_WALK',
    'LOCK_TAG',
  ];

  it('the hot statements are each asked for its plan, here or beside', () => {
    const source = new URL('../../../src/', import.meta.url);
    const tests = new URL('../', import.meta.url);
    const declared = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [
        ...readFileSync(new URL(file, source), 'utf8').matchAll(/const ([A-Z_]+): HotStatement\b/g),
      ])
      .map(([, name]) => name!);
    const asked = readdirSync(tests, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('-plans.int-spec.ts'))
      .map((file) => readFileSync(new URL(file, tests), 'utf8'))
      .join('\n');
    expect(declared.length).toBeGreaterThan(30);
    const missed = declared.filter((name) => !new RegExp(`\\b${name},`).test(asked));
    expect(missed.filter((name) => !SMALL.includes(name))).toEqual([]);
  });
});

/**
 * What the statistics say may be false of all that comes after, and for hours: of a partition that was analysed when
 * it was made, or right after an expansion, when no row had a msgid; and a plan that is cached may be older still.
 */
describe('the plans of the hot statements, where the statistics speak of another time', () => {
  let world: EngineWorld;
  let broadcast: string;
  beforeAll(async () => {
    world = await EngineWorld.open();
    await withoutAutovacuum(world);
    broadcast = await world.broadcastTo();
  });
  afterAll(() => world.close());

  const expectBound = async (): Promise<void> => {
    const wrong: Record<string, unknown> = {};
    for (const statement of STATEMENTS) {
      const scans = await unbound(world, statement);
      if (scans.length > 0) wrong[statement.name] = scans;
    }
    expect(wrong).toEqual({});
  };

  // In this order: each goes on with what the one before has left.
  it('the plans of the hot statements, where the statistics speak of another time, reach their rows by their keys in tables that were analysed while they were empty', async () => {
    await sql`analyze`.execute(world.db);
    await sql`
      insert into delivery (broadcast_id, openid, account_id, state)
      select ${broadcast}::uuid, 'o' || lpad(i::text, 27, '0'), ${world.accountId}, 'pending'
      from generate_series(1, ${FEWER_ROWS}::integer) i`.execute(world.db);
    await sql`
      insert into receipt (account_id, msgid, openid, create_time, status, received_at, broadcast_id)
      select account_id, row_number() over (), openid, clock_now(), 'success', clock_now(), broadcast_id
      from delivery where openid <= 'o' || lpad('20000', 27, '0')`.execute(world.db);
    await expectBound();
  });

  it('the plans of the hot statements, where the statistics speak of another time, reach their rows by their keys in tables that were analysed while no row was in a partial index', async () => {
    await sql`analyze`.execute(world.db);
    await sql`
      update delivery d set msgid = n, not_before = clock_now(), claimed_at = clock_now(), state = 'accepted'
      from (select openid, row_number() over (order by openid) as n from delivery) numbered
      where n <= 20000 and numbered.openid = d.openid`.execute(world.db);
    await sql`
      insert into receipt (account_id, msgid, openid, create_time, status, received_at, look_at)
      select account_id, 1000000 + row_number() over (), openid, clock_now(), 'success', clock_now(), clock_now()
      from delivery where openid <= 'o' || lpad('20000', 27, '0')`.execute(world.db);
    await sql`
      insert into broadcast (id, account_id, channel, template_id, message, audience, state, created_at, purpose)
      select ('019a4000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, ${world.accountId}, 'template', 't', '{}',
        '{}', 'running', clock_now(), 'single'
      from generate_series(1, 20000) i`.execute(world.db);
    await expectBound();
  });

  it('the plans of the hot statements, where the statistics speak of another time, read one delivery a receipt, not every msgid, in such a table', async () => {
    const { rows } = await sql<{ msgid: string; openid: string }>`
      select msgid, openid from delivery where msgid is not null order by random() limit 100`.execute(
      world.db,
    );
    const client = await world.pool.connect();
    try {
      await client.query(`begin; prepare deliver as ${DELIVER.text}`);
      const list = (type: string, values: unknown[]): string =>
        `'{${values.join(',')}}'::${type}[]`;
      const explained = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
        `explain (analyze, format json) execute deliver(
           ${list(
             'integer',
             rows.map(() => world.accountId),
           )}, ${list(
             'bigint',
             rows.map(({ msgid }) => msgid),
           )},
           ${list(
             'text',
             rows.map(({ openid }) => openid),
           )},
           ${list(
             'timestamptz',
             rows.map(() => '2026-11-30'),
           )}, 'test', ${list(
             'text',
             rows.map(() => 'template'),
           )})`,
      );
      const plan = explained.rows[0]!['QUERY PLAN'][0]!.Plan;
      const thrownAway = allOf(plan).map((node) => node['Rows Removed by Join Filter'] ?? 0);
      expect(Math.max(...thrownAway)).toBeLessThan(10_000);
    } finally {
      await client.query('rollback; deallocate all');
      client.release();
    }
  });
});

/**
 * An analysis sees the pages of a transaction that is not over, and no row in them. A table of which it is known that it
 * has pages and nothing in them is worse than one of which nothing is known.
 */
describe('the plans of the hot statements, on tables whose rows were not committed when somebody looked after the statistics', () => {
  let world: EngineWorld;
  beforeAll(async () => {
    world = await EngineWorld.open();
    await withoutAutovacuum(world);
    const broadcast = await world.broadcastTo();
    await world.db.transaction().execute(async (tx) => {
      await sql`
        insert into delivery (broadcast_id, openid, account_id, state, msgid, not_before)
        select ${broadcast}::uuid, 'o' || lpad(i::text, 27, '0'), ${world.accountId}, 'pending',
          case when i % 10 = 0 then i end, case when i % 100 = 1 then clock_now() end
        from generate_series(1, ${FEWER_ROWS}::integer) i`.execute(tx);
      await sql`
        insert into follower (account_id, openid, subscribed, as_of)
        select account_id, openid, true, clock_now() from delivery`.execute(tx);
      await sql`
        insert into suppression (account_id, openid, reason, since)
        select account_id, openid, 'blocked', clock_now() from delivery where msgid is not null`.execute(
        tx,
      );
      await sql`
        insert into receipt (account_id, msgid, openid, create_time, status, received_at, look_at)
        select account_id, msgid, openid, clock_now(), 'success', clock_now(), clock_now()
        from delivery where msgid is not null`.execute(tx);
      // On another connection.
      await new TableStatistics(world.db).run();
    });
  });
  afterAll(() => world.close());

  it.each(STATEMENTS)(
    '$name reaches its rows by their keys where they were not committed yet when somebody looked after the statistics',
    async (statement) => {
      expect(await unbound(world, statement)).toEqual([]);
    },
  );
});

/** A plan is kept with its connection, and nothing but a change of the table's statistics makes another. */
describe('the plans of the hot statements that a connection made while every table was empty', () => {
  let world: EngineWorld;
  let client: PoolClient;
  beforeAll(async () => {
    world = await EngineWorld.open();
    await withoutAutovacuum(world);
    await sql`analyze`.execute(world.db);
    client = await world.pool.connect();
    for (const { name, text } of STATEMENTS) await client.query(`prepare "${name}" as ${text}`);
  });
  afterAll(async () => {
    client.release();
    await world.close();
  });

  const planOf = async ({ name }: HotStatement): Promise<PlanNode> => {
    const { rows: known } = await client.query<{ n: number }>(
      'select cardinality(parameter_types) as n from pg_prepared_statements where name = $1',
      [name],
    );
    const nulls = known[0]!.n === 0 ? '' : `(${Array(known[0]!.n).fill('null').join(', ')})`;
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `explain (format json) execute "${name}"${nulls}`,
    );
    return rows[0]!['QUERY PLAN'][0]!.Plan;
  };

  const expectKeptPlansBound = async (): Promise<void> => {
    const wrong: Record<string, unknown> = {};
    for (const statement of STATEMENTS) {
      const scans = await unboundIn(world, await planOf(statement));
      if (scans.length > 0) wrong[statement.name] = scans;
    }
    expect(wrong).toEqual({});
  };

  // In this order: the second goes on with what the first has left.
  it('the plans of the hot statements that a connection made while every table was empty reach their rows by their keys while an audience becomes deliveries', async () => {
    for (const statement of STATEMENTS) await planOf(statement);
    const id = await world.broadcastTo();
    await sql`update broadcast set expanded_at = null`.execute(world.db);
    await sql`
      insert into follower (account_id, openid, subscribed, as_of)
      select ${world.accountId}, 'o' || lpad(i::text, 27, '0'), true, clock_now()
      from generate_series(1, ${FEWER_ROWS}::integer) i`.execute(world.db);
    const expansion = new ExpandService(world.db, world.lane, new TableStatistics(world.db));
    // One page each, as by workers that are stopped: it is far from its end, and nobody's own share is large.
    for (let page = 0; page < 22; page++) await expansion.expand(id, AbortSignal.abort());
    expect(await world.counters.counts(id)).toMatchObject({ pending: 110_000 });
    await expectKeptPlansBound();
  });

  it('the plans of the hot statements that a connection made while every table was empty reach their rows by their keys as soon as somebody looks after the statistics of receipts', async () => {
    await sql`
      insert into receipt (account_id, msgid, openid, create_time, status, received_at, look_at)
      select account_id, row_number() over (), openid, clock_now(), 'success', clock_now(), clock_now()
      from delivery`.execute(world.db);
    await new TableStatistics(world.db).run();
    await expectKeptPlansBound();
  });
});

/** Scans of tables with rows that are not bound by the keys of their table, or whose index begins with a range. */
async function unbound(world: EngineWorld, { text }: HotStatement): Promise<string[]> {
  const { rows } = await world.pool.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
    `explain (generic_plan, format json) ${text}`,
  );
  return unboundIn(world, rows[0]!['QUERY PLAN'][0]!.Plan);
}

async function unboundIn({ pool }: EngineWorld, plan: PlanNode): Promise<string[]> {
  const scans = scansOf(plan);
  expect(scans.some(({ table }) => ['delivery', 'receipt', 'broadcast'].includes(table))).toBe(
    true,
  );
  const filled = await pool.query<{ relation: string }>(
    `select relname as relation from pg_class where relkind = 'r' and pg_relation_size(oid) > 100000`,
  );
  const wrong = scans.filter(({ table, relation, columns, ranges }) => {
    if (!filled.rows.some((row) => row.relation === relation)) return false;
    const sets = BOUND[table];
    if (sets === undefined) return false;
    return ranges || !sets.some((set) => set.every((column) => columns.includes(column)));
  });
  return [...new Set(wrong.map(({ relation, by }) => `${relation} ${by}`))];
}

async function withoutAutovacuum({ db }: EngineWorld): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace`.execute(db);
  for (const { name } of rows)
    await sql`alter table ${sql.table(name)} set (autovacuum_enabled = false)`.execute(db);
}

const allOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(allOf)];

interface Scan {
  readonly table: string;
  readonly relation: string;
  readonly by: string;
  /** What its index binds. */
  readonly columns: string[];
  /** The index begins with a range, so that it is read however little fits the rest. */
  readonly ranges: boolean;
}

/** Every scan of a table of ours, partitions under their parent's name. */
function scansOf(node: PlanNode): Scan[] {
  const relation = node['Relation Name'];
  const own =
    relation !== undefined && node['Node Type'].endsWith('Scan') ? [scanOf(node, relation)] : [];
  return [...own, ...(node.Plans ?? []).flatMap(scansOf)];
}

/** A bitmap heap scan has its condition one node further down. */
function scanOf(node: PlanNode, relation: string): Scan {
  const condition = [node, ...(node.Plans ?? [])].map((n) => n['Index Cond'] ?? '').join(' ');
  const bound = [
    ...condition
      // both at once, where the first is one value
      .replace(/ROW\(([a-z_]+), ([a-z_]+)\) [<>]=? ROW/g, '$1 = $2 >')
      .matchAll(/\b([a-z_]+) (=|>|<=|<)/g),
  ].map(([, name, how]) => ({
    name: name!,
    how: how!,
  }));
  const columns = [...new Set(bound.map(({ name }) => name))].filter((name) => name !== 't');
  return {
    table: parentOf(relation),
    relation,
    by: `${node['Node Type']} ${node['Index Name'] ?? ''} ${condition}`,
    columns,
    ranges: bound[0] !== undefined && bound[0].how !== '=' && !ORDERED.includes(bound[0].name),
  };
}

const parentOf = (relation: string): string => relation.replace(/_(\d{4}_\d{2}|elsewhen)$/, '');

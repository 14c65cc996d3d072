import { sql } from 'kysely';
import { ACCEPT } from '../../src/broadcast/engine/send/accept.statement.js';
import { CLAIM } from '../../src/broadcast/engine/send/claim.statement.js';
import {
  MATCH_BY_TIME,
  TAKE_DUE_RECEIPTS,
} from '../../src/broadcast/engine/receipts/look.statements.js';
import { DELIVER, MATCH, RECEIVE } from '../../src/broadcast/engine/receipts/receive.statements.js';
import {
  RELEASE_DUE,
  RELEASE_NEXT,
  RELEASE_SINGLES,
} from '../../src/broadcast/engine/release/release.statements.js';
import {
  CLOSE_REVIEWS,
  INTERCEPT,
  INTERCEPTED_CANDIDATES,
} from '../../src/broadcast/engine/reviews/review.statements.js';
import { BESIDE } from '../../src/broadcast/engine/send/turns.js';
import { SETTLE } from '../../src/broadcast/engine/send/settle.statement.js';
import {
  SWEEP_PAGE,
  SWEEP_RETURNED,
  SWEEP_SINGLES,
} from '../../src/broadcast/engine/sweep/sweep.statements.js';
import type { HotStatement } from '../../src/database/hot-sql.js';
import { EngineWorld } from '../support/engine-world.js';

const ROWS = 1_000_000;

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
  broadcast: [['id']],
  delivery_review: [['since'], ['broadcast_id', 'openid']],
  stranger_receipt: [['account_id', 'day'], ['account_id']],
  pace: [['account_id']],
  account: [['id']],
  follower: [['account_id', 'openid']],
  suppression: [['account_id', 'openid']],
  quota_day: [['account_id', 'day']],
  quota_limit: [['account_id', 'channel']],
};

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  'Actual Loops'?: number;
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
    const { rows } = await sql<{ name: string }>`
      select inhrelid::regclass::text as name from pg_inherits
      where inhparent in ('delivery'::regclass, 'receipt'::regclass, 'delivery_problem'::regclass)`.execute(
      world.db,
    );
    for (const { name } of rows)
      await sql`alter table ${sql.table(name)} set (autovacuum_enabled = false)`.execute(world.db);
    const broadcast = await world.broadcastTo();
    await sql`
      insert into delivery (broadcast_id, openid, account_id, state, msgid, not_before)
      select ${broadcast}::uuid, 'o' || lpad(i::text, 27, '0'), ${world.accountId}, 'pending',
        case when i % 10 = 0 then i end, case when i % 100 = 1 then clock_now() end
      from generate_series(1, ${ROWS}::integer) i`.execute(world.db);
    const analysed = await sql`
      select from pg_stats where tablename like 'delivery_2%'`.execute(world.db);
    expect(analysed.rows).toEqual([]);
  }, 180_000);
  afterAll(() => world.close());

  it.each<HotStatement>([
    CLOSE_REVIEWS,
    INTERCEPT,
    INTERCEPTED_CANDIDATES,
    CLAIM,
    BESIDE,
    ACCEPT,
    SETTLE,
    DELIVER,
    RECEIVE,
    MATCH,
    TAKE_DUE_RECEIPTS,
    MATCH_BY_TIME,
    RELEASE_DUE,
    RELEASE_NEXT,
    RELEASE_SINGLES,
    SWEEP_PAGE,
    SWEEP_RETURNED,
    SWEEP_SINGLES,
  ])('$name reaches its rows by their keys', async ({ text }) => {
    const { rows } = await world.pool.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `explain (generic_plan, format json) ${text}`,
    );
    const scans = scansOf(rows[0]!['QUERY PLAN'][0]!.Plan);
    expect(scans.length).toBeGreaterThan(0);
    const unbound = scans.filter(({ table, columns }) => {
      const sets = BOUND[table];
      return sets && !sets.some((set) => set.every((column) => columns.includes(column)));
    });
    expect(unbound).toEqual([]);
    expect(scans.some(({ table }) => table === 'delivery' || table === 'receipt')).toBe(true);
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

  it('would notice a statement that walks the broadcast', async () => {
    const { rows } = await world.pool.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `explain (generic_plan, format json) select openid from delivery where broadcast_id = $1::uuid and state = 'pending'`,
    );
    expect(scansOf(rows[0]!['QUERY PLAN'][0]!.Plan)).toContainEqual({
      table: 'delivery',
      columns: ['broadcast_id'],
    });
  });
});

const allOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(allOf)];

/** Every scan of a table of ours, partitions under their parent's name, with the columns its index binds. */
function scansOf(node: PlanNode): { table: string; columns: string[] }[] {
  const own =
    node['Relation Name'] !== undefined && node['Node Type'].endsWith('Scan')
      ? [{ table: parentOf(node['Relation Name']), columns: columnsIn(node) }]
      : [];
  return [...own, ...(node.Plans ?? []).flatMap(scansOf)];
}

/** A bitmap heap scan has its condition one node further down. */
function columnsIn(node: PlanNode): string[] {
  const condition = [node, ...(node.Plans ?? [])].map((n) => n['Index Cond'] ?? '').join(' ');
  return [
    ...new Set([...condition.matchAll(/\b([a-z_]+) (?:=|>|<=|<)/g)].map(([, name]) => name!)),
  ].filter((name) => !['t'].includes(name));
}

const parentOf = (relation: string): string => relation.replace(/_(\d{4}_\d{2}|elsewhen)$/, '');

import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { BroadcastListQuery } from '../../../src/broadcast/progress/broadcast-list.dto.js';
import { countStatement } from '../../../src/broadcast/progress/broadcast-counts.js';
import { ARCHIVED } from '../../../src/broadcast/progress/shown/archived.js';
import { type ListCursor, listStatement } from '../../../src/broadcast/progress/list-statement.js';
import { HOT_OPTIONS } from '../../../src/database/hot-sql.js';
import { BroadcastApiWorld } from '../../support/worlds/broadcast-api-world.js';

const ROWS = 100_000;
const FEW_ACCOUNTS = 40;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const allOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(allOf)];

/**
 * One account has nearly all of the broadcasts, which have ended; the others have a few, or none. In one world none is
 * archived; in the other, of those that have ended, all but one in a hundred.
 */
describe.each([
  ['none is archived', false],
  ['nearly all are archived', true],
])('the plans of lists of broadcasts where %s', (where, isArchived) => {
  let world: BroadcastApiWorld;
  let pool: pg.Pool;
  let busy: number;
  let quiet: number[];

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
    busy = (await world.account()).id;
    quiet = [];
    for (let n = 0; n < FEW_ACCOUNTS; n++) quiet.push((await world.account()).id);
    await sql`
      insert into broadcast (id, account_id, purpose, channel, template_id, message, audience, state, name,
        created_at, started_at, ended_at, closed_at, receipts_closed_at, any_sent, archived_at)
      select ('01900000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, ${busy}::integer,
        case when i % 50 = 0 then 'test' else 'broadcast' end, 'template', 't' || i % 20, '{"fields":{}}', '{"kind":"all"}',
        case when i % 1000 = 1 then 'cancelled' else 'finished' end::broadcast_state, 'name ' || i,
        at, at, at, at, case when i % 1000 <> 2 then at end, i % 2000 <> 1,
        case when ${isArchived} and i % 100 <> 3 then at end
      from (
        select i, '2026-01-01'::timestamptz + make_interval(secs => i) as at from generate_series(1, ${ROWS}::integer) i
      ) rows`.execute(world.db);
    // Running ones are the oldest: a walk backwards would read all the others first.
    await sql`
      update broadcast set state = 'running', closed_at = null, ended_at = null, receipts_closed_at = null,
        archived_at = null
      where id < '01900000-0000-7000-8000-000000000020'`.execute(world.db);
    await sql`vacuum analyze broadcast`.execute(world.db);
    pool = new pg.Pool({ connectionString: world.api.databaseUrl, max: 1, options: HOT_OPTIONS });
  });
  afterAll(async () => {
    await pool.end();
    await world.close();
  });

  const nodesOf = async (statement: RawBuilder<unknown>): Promise<PlanNode[]> => {
    const { sql: text, parameters } = statement.compile(world.db);
    const client = await pool.connect();
    try {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (analyze, format json) ${text}`,
        [...parameters],
      );
      return allOf(rows[0]!['QUERY PLAN'][0].Plan);
    } finally {
      client.release();
    }
  };
  /** Rows of `broadcast` that a statement touches, and how. */
  const readBy = async (statement: RawBuilder<unknown>) => {
    const scans = (await nodesOf(statement)).filter(
      (node) => node['Relation Name'] === 'broadcast',
    );
    const rows = scans.reduce(
      (sum, node) =>
        sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    );
    const walks = scans.filter(
      (node) => /Seq|Bitmap|Sort/.test(node['Node Type']) && node['Actual Loops'] > 0,
    );
    return { rows, walks: walks.map((node) => node['Node Type']) };
  };

  const query = (members: Partial<BroadcastListQuery>): BroadcastListQuery =>
    Object.assign(new BroadcastListQuery(), members);
  const everywhere = (): ['all'] => ['all'];
  const FILTERS: Readonly<Record<string, readonly [Partial<BroadcastListQuery>, most: number]>> = {
    'no filter': [{}, 1_001],
    'running, which are the oldest': [{ shown: 'running' }, 20],
    'stopped, one in two thousand': [{ shown: 'stopped' }, 1_101],
    finished: [{ shown: 'finished' }, 2_002],
    'paused, by the old name': [{ state: 'paused' }, 20],
    'a name that nothing has': [{ name: 'nobody' }, 10_000],
    'a maker who made nothing': [{ createdBy: 'operator:7' }, 10_000],
    'a template': [{ templateId: 'tm-course' }, 1_001],
    'the latest start': [{ sort: 'start' }, 1_001],
    'stopped, by the latest start': [{ sort: 'start', shown: 'stopped' }, 1_001],
    tests: [{ purpose: 'test' }, 1_001],
    'archived ones, which are nearly all': [{ archived: 'true' }, 1_101],
    'archived ones, by the latest start': [{ archived: 'true', sort: 'start' }, 1_001],
    'archived and stopped, one in two thousand': [{ archived: 'true', shown: 'stopped' }, 1_101],
    'archived or not': [{ archived: 'any', shown: 'finished' }, 2_002],
    'made in a month': [
      { createdFrom: '2026-02-01T00:00:00Z', createdTo: '2026-03-01T00:00:00Z' },
      1_001,
    ],
  };

  it.each(Object.keys(FILTERS))(
    `the plans of lists of broadcasts where ${where} read a bounded number of rows, of all accounts, of one and of many: %s`,
    async (filter) => {
      const [members, most] = FILTERS[filter]!;
      for (const scope of [...everywhere(), [busy], [...quiet, busy]]) {
        const middle: ListCursor =
          members.sort === 'start'
            ? { begun: '2026-01-02T00:00:00.000000Z', id: '01900000-0000-7000-8000-000000086400' }
            : { id: `01900000-0000-7000-8000-${String(ROWS / 2).padStart(12, '0')}` };
        for (const cursor of [undefined, middle]) {
          const { statement } = listStatement(query(members), scope, cursor);
          const { rows, walks } = await readBy(statement);
          expect([scope, walks]).toEqual([scope, []]);
          // What is shown is read anew by its id: no more than was read before.
          expect(rows).toBeLessThanOrEqual(most * 2);
        }
      }
    },
  );

  it(`the plans of lists of broadcasts where ${where} find what is rare on their first page: what is not archived, and what is`, async () => {
    for (const archived of ['false', 'true'] as const) {
      const { json } = await world.get(
        `/v1/broadcasts?shown=finished&archived=${archived}&limit=200`,
      );
      const { items } = json as { items: unknown[] };
      expect(items).toHaveLength(archived === 'false' || isArchived ? 200 : 0);
    }
  });

  it(`the plans of lists of broadcasts where ${where} count no further than they say, whatever there is`, async () => {
    for (const scope of [...everywhere(), [busy], [...quiet, busy]])
      for (const archived of ARCHIVED) {
        const { rows, walks } = await readBy(countStatement(scope, archived));
        expect([archived, walks]).toEqual([archived, []]);
        // Two states are counted to the bound at most here, and some thousands are looked at.
        expect(rows).toBeLessThan(30_000);
      }
    const countsOf = async (archived: string): Promise<Record<string, unknown>> => {
      const { json } = await world.get(`/v1/broadcasts/counts?archived=${archived}`);
      const { counts } = json as { counts: { shown: string; count: number; more: boolean }[] };
      return Object.fromEntries(
        counts.map(({ shown, count, more }) => [shown, more ? `${count}+` : count]),
      );
    };
    const all = { finished: '10000+', stopped: 50, draft: 0 };
    const none = { finished: 0, stopped: 0, draft: 0 };
    expect(await countsOf('any')).toMatchObject(all);
    expect(await countsOf('true')).toMatchObject(isArchived ? all : none);
    expect(await countsOf('false')).toMatchObject(isArchived ? { ...none, finished: 999 } : all);
  });
});

import { type Kysely, sql } from 'kysely';
import type { HotStatement } from '../../../src/database/hot-sql.js';
import {
  CLEAR_FAILURES,
  CLEAR_ROWS,
  FAILURES_AFTER,
  LINES_OF,
  PUT_ROWS,
  ROWS_AFTER,
} from '../../../src/uploads/record/upload.statements.js';
import { FollowersWorld } from '../../support/worlds/followers-world.js';

const ROWS = 300_000;
const UPLOADS = ['11111111-1111-7111-8111-111111111111', '22222222-2222-7222-8222-222222222222'];

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanNode[];
}

/** An upload is unknown to the statistics while it is read, and may be most of the table. */
describe.each(['a table that was never analysed', 'a table that was analysed while empty'])(
  'the plans of the statements on uploads, in %s',
  (statistics) => {
    let world: FollowersWorld;
    beforeAll(async () => {
      world = await FollowersWorld.open();
      for (const table of ['upload_row', 'upload_failure'])
        await sql`alter table ${sql.table(table)} set (autovacuum_enabled = false)`.execute(
          world.db,
        );
      if (statistics.endsWith('empty')) await sql`analyze`.execute(world.db);
      for (const id of UPLOADS) await fill(world.db, id);
    });
    afterAll(() => world.close());

    it.each([ROWS_AFTER, LINES_OF, CLEAR_ROWS, FAILURES_AFTER, CLEAR_FAILURES])(
      `the statement $name on uploads reaches its rows by their keys, in their order, in ${statistics}`,
      async (statement) => {
        const plan = await planOf(world, statement);
        const scans = scansOf(plan);
        expect(scans.length).toBeGreaterThan(0);
        for (const condition of scans) expect(condition).toMatch(/upload_id = /);
        expect(nodesOf(plan).map((node) => node['Node Type'])).not.toContain('Sort');
      },
    );

    it(`the statement upload-put-rows reads none of the rows that are there in ${statistics}`, async () => {
      for (const statement of [PUT_ROWS, LINES_OF])
        expect(scansOf(await planOf(world, statement))).toEqual(
          statement === PUT_ROWS ? [] : [expect.stringMatching(/upload_id = .*openid = /)],
        );
    });
  },
);

const fill = async <Tables>(db: Kysely<Tables>, id: string): Promise<void> => {
  await sql`
    insert into upload_row (upload_id, openid, line, cells)
    select ${id}::uuid, 'o' || md5(i::text), i, '[]' from generate_series(1, ${ROWS}::integer) i`.execute(
    db,
  );
  await sql`
    insert into upload_failure (upload_id, upto, rows, body)
    select ${id}::uuid, i, 1, '{}' from generate_series(1, 20000) i`.execute(db);
};

async function planOf(world: FollowersWorld, { text }: HotStatement): Promise<PlanNode> {
  const { rows } = await world.pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (generic_plan, format json) ${text}`,
  );
  return rows[0]!['QUERY PLAN'][0].Plan;
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** By which condition it finds its rows, for each time that it reads a table of an upload. */
const scansOf = (plan: PlanNode): string[] =>
  nodesOf(plan).flatMap((node) =>
    node['Relation Name']?.startsWith('upload_') === true && node['Node Type'].endsWith('Scan')
      ? [[node, ...(node.Plans ?? [])].map((each) => each['Index Cond'] ?? '').join(' ')]
      : [],
  );

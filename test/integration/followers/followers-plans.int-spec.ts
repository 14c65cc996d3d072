import { type Kysely, sql } from 'kysely';
import type { HotStatement } from '../../../src/database/hot-sql.js';
import { audienceOfAllFollowers } from '../../../src/followers/audience-of-all-followers.js';
import {
  APPLY_EVENTS,
  FOLLOWING_AMONG,
  LIFT_OUTDATED,
  NOTE_SUBSCRIBED,
  PART_WITH_LOT,
  STORE_PAGE,
} from '../../../src/followers/record/follower.statements.js';
import type { FollowerTables } from '../../../src/followers/record/follower.tables.js';
import { unreachableBecause } from '../../../src/followers/suppressions/unreachable.js';
import { addAccount, FollowersWorld } from '../../support/worlds/followers-world.js';

const ROWS = 300_000;

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanNode[];
}

/** After its first walk an account is unknown to the statistics, or they speak of another time; it may be most of the table. */
describe.each(['a table that was never analysed', 'a table that was analysed while empty'])(
  'the plans of the statements on followers, in %s',
  (statistics) => {
    let world: FollowersWorld;
    beforeAll(async () => {
      world = await FollowersWorld.open();
      await sql`alter table follower set (autovacuum_enabled = false)`.execute(world.db);
      if (statistics.endsWith('empty')) await sql`analyze`.execute(world.db);
      await fill(world.db, world.account.id);
    });
    afterAll(() => world.close());

    it.each([
      STORE_PAGE,
      PART_WITH_LOT,
      APPLY_EVENTS,
      NOTE_SUBSCRIBED,
      FOLLOWING_AMONG,
      LIFT_OUTDATED,
    ])(
      `the statement $name on followers reaches its rows by their keys in ${statistics}`,
      async (statement) => {
        const conditions = await followerScans(world, statement);
        for (const condition of conditions) expect(condition).toMatch(/account_id = .*openid = /);
        // An insert finds its conflicts through the unique index, whatever the planner thinks.
        expect(conditions.length > 0 || statement.text.includes('on conflict')).toBe(true);
      },
    );

    it(`plans read an audience in the order of the index, page by page, once a walk has ended, in ${statistics}`, async () => {
      await addAccount(world.db, 'wx0000000000000002');
      await world.syncs.analyzeAfter(Infinity);
      const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>`
      explain (format json)
      select openid, vars, ${sql.raw(unreachableBecause(`${world.account.id}`, 'page.openid', 'true'))} as gone
      from (
        ${audienceOfAllFollowers(world.account.id, { after: 'o8', limit: 5_000 })}
      ) page`.execute(world.db);
      const plan = Object.values(rows[0]!)[0]![0].Plan;
      const nodes = nodesOf(plan).map((node) => node['Node Type']);
      expect(nodes).not.toContain('Sort');
      for (const { condition } of scansOf(plan).filter(({ table }) => table === 'follower'))
        expect(condition).toMatch(/account_id = .*openid [=>] /);
      expect(nodes).toContain('Index Only Scan');
    });
  },
);

it('the statement follower-sync-store-page reaches its rows by their keys in a table that was analysed while its rows were not committed', async () => {
  const world = await FollowersWorld.open();
  try {
    await sql`alter table follower set (autovacuum_enabled = false)`.execute(world.db);
    await world.db.transaction().execute(async (tx) => {
      await fill(tx, world.account.id);
      // On another connection: it sees the pages, and nobody in them.
      await sql`analyze follower`.execute(world.db);
    });
    expect(await followerScans(world, STORE_PAGE)).toEqual([
      expect.stringMatching(/account_id = .*openid = /),
    ]);
  } finally {
    await world.close();
  }
});

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const fill = (db: Kysely<FollowerTables>, accountId: number) =>
  sql`
    insert into follower (account_id, openid, subscribed, as_of)
    select ${accountId}, 'o' || md5(i::text), true, clock_now()
    from generate_series(1, ${ROWS}::integer) i`.execute(db);

/** By which condition it finds its rows, for each time that it reads `follower`. */
async function followerScans(world: FollowersWorld, { text }: HotStatement): Promise<string[]> {
  const { rows } = await world.pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (generic_plan, format json) ${text}`,
  );
  return scansOf(rows[0]!['QUERY PLAN'][0].Plan)
    .filter(({ table }) => table === 'follower')
    .map(({ condition }) => condition);
}

/** A bitmap heap scan has its condition one node further down. */
const scansOf = (plan: PlanNode): { table: string; condition: string }[] =>
  nodesOf(plan).flatMap((node) =>
    node['Relation Name'] !== undefined && node['Node Type'].endsWith('Scan')
      ? [
          {
            table: node['Relation Name'],
            condition: [node, ...(node.Plans ?? [])]
              .map((each) => each['Index Cond'] ?? '')
              .join(' '),
          },
        ]
      : [],
  );

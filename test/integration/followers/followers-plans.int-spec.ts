import { sql } from 'kysely';
import { audienceOfAllFollowers } from '../../../src/followers/audience-of-all-followers.js';
import {
  APPLY_EVENTS,
  LIFT_OUTDATED,
  NOTE_SUBSCRIBED,
  PART_WITH_LOT,
  STORE_PAGE,
} from '../../../src/followers/record/follower.statements.js';
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
      await sql`
      insert into follower (account_id, openid, subscribed, as_of)
      select ${world.account.id}, 'o' || md5(i::text), true, clock_now()
      from generate_series(1, ${ROWS}::integer) i`.execute(world.db);
    });
    afterAll(() => world.close());

    it.each([STORE_PAGE, PART_WITH_LOT, APPLY_EVENTS, NOTE_SUBSCRIBED, LIFT_OUTDATED])(
      'the statement $name on followers reaches its rows by their keys',
      async ({ text }) => {
        const { rows } = await world.pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
          `explain (generic_plan, format json) ${text}`,
        );
        const scans = scansOf(rows[0]!['QUERY PLAN'][0].Plan).filter(
          ({ table }) => table === 'follower',
        );
        for (const { condition } of scans) expect(condition).toMatch(/account_id = .*openid = /);
        // An insert finds its conflicts through the unique index, whatever the planner thinks.
        expect(scans.length > 0 || text.includes('on conflict')).toBe(true);
      },
    );

    it('plans read an audience in the order of the index, page by page, once a walk has ended', async () => {
      await addAccount(world.db, 'wx0000000000000002');
      await world.syncs.analyze();
      const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>`
      explain (format json)
      select openid, vars, ${sql.raw(unreachableBecause(`${world.account.id}`, 'page.openid', 'true'))} as gone
      from (
        select openid, vars from (${audienceOfAllFollowers(world.account.id)}) audience
        where openid > 'o8' collate "C" order by openid limit 5000
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

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

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

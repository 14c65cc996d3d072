import { type Kysely, sql } from 'kysely';
import type { HotStatement } from '../../../src/database/hot-sql.js';
import { PART_WITH_TAG, STORE_TAG_PAGE } from '../../../src/followers/tags/tag.statements.js';
import type { TagTables } from '../../../src/followers/tags/tag.tables.js';
import {
  NOTE_TAG_CHANGES,
  TAG_THEM,
  UNTAG_THEM,
} from '../../../src/followers/tags/tagging.statements.js';
import { TagsWorld } from '../../support/worlds/tags-world.js';

const ROWS = 300_000;

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanNode[];
}

/** A tag is unknown to the statistics until its first walk has ended, and may be most of the table. */
describe.each(['a table that was never analysed', 'a table that was analysed while empty'])(
  'the plans of the statements on tags, in %s',
  (statistics) => {
    let world: TagsWorld;
    beforeAll(async () => {
      world = await TagsWorld.open();
      await sql`alter table follower_tag set (autovacuum_enabled = false)`.execute(world.db);
      if (statistics.endsWith('empty')) await sql`analyze`.execute(world.db);
      await fill(world.db, world.account.id);
    });
    afterAll(() => world.close());

    it.each([STORE_TAG_PAGE, PART_WITH_TAG, NOTE_TAG_CHANGES, UNTAG_THEM, TAG_THEM])(
      `the statement $name on tags reaches its rows by their keys in ${statistics}`,
      async (statement) => {
        const conditions = await scansOfMembers(world, statement);
        for (const condition of conditions)
          expect(condition).toMatch(/account_id = .*tag_id = .*openid = /);
        // An insert finds its conflicts through the unique index, whatever the planner thinks.
        expect(conditions.length > 0 || statement.text.includes('on conflict')).toBe(true);
      },
    );

    it(`the tags of somebody are looked up by their keys in ${statistics}`, async () => {
      expect(await world.tags.of(world.account.id, 'o-nobody')).toEqual([]);
      const plan = await planOf(world, {
        name: '',
        text: `
          select tag.tag_id, tag.name
          from tag cross join lateral (
            select from follower_tag
            where account_id = tag.account_id and tag_id = tag.tag_id and openid = 'o1' limit 1
          ) has
          where tag.account_id = 1 and tag.gone_at is null`,
      });
      for (const condition of conditionsIn(plan))
        expect(condition).toMatch(/account_id = .*tag_id = .*openid = /);
      expect(conditionsIn(plan)).toHaveLength(1);
    });
  },
);

const fill = (db: Kysely<TagTables>, accountId: number) =>
  sql`
    with tags as (
      insert into tag (account_id, tag_id, name, count, changed_at)
      select ${accountId}, i, 't' || i, 0, clock_now() from generate_series(100, 102) i
    )
    insert into follower_tag (account_id, tag_id, openid)
    select ${accountId}, 100 + i % 3, 'o' || md5(i::text)
    from generate_series(1, ${ROWS}::integer) i`.execute(db);

async function planOf(world: TagsWorld, { text }: HotStatement): Promise<PlanNode> {
  const { rows } = await world.pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (generic_plan, format json) ${text}`,
  );
  return rows[0]!['QUERY PLAN'][0].Plan;
}

const scansOfMembers = async (world: TagsWorld, statement: HotStatement): Promise<string[]> =>
  conditionsIn(await planOf(world, statement));

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** By which condition it finds its rows, for each time that it reads `follower_tag`. */
const conditionsIn = (plan: PlanNode): string[] =>
  nodesOf(plan).flatMap((node) =>
    node['Relation Name'] === 'follower_tag' && node['Node Type'].endsWith('Scan')
      ? [[node, ...(node.Plans ?? [])].map((each) => each['Index Cond'] ?? '').join(' ')]
      : [],
  );

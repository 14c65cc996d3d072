import { sql } from 'kysely';
import { audiencePage, readsInOrder } from '../../../src/audiences/page/audience-page.js';
import type { ResolvedAudience } from '../../../src/audiences/record/resolved-audience.js';
import { newBroadcastId } from '../../../src/kernel/ids.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

const PEOPLE = 120_000;
const LIMIT = 1_000;
/** An exclusion may be read so many times as far, and a hidden row or two beside it. */
const MOST_READ = LIMIT * 4 + 10;

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

describe.each([
  ['a database without statistics', 'none'],
  ['a database that was analysed while it was empty', 'empty'],
  ['a database with statistics', 'good'],
])('plans of audiences in %s', (where, statistics) => {
  let world: EngineWorld;
  let broadcastId: string;
  const uploadId = newBroadcastId(new Date());
  const TABLES = ['follower', 'follower_tag', 'upload_row'];

  beforeAll(async () => {
    world = await EngineWorld.open();
    const { db, accountId } = world;
    for (const table of TABLES)
      await sql`alter table ${sql.table(table)} set (autovacuum_enabled = false)`.execute(db);
    if (statistics === 'empty') await sql`analyze`.execute(db);
    await sql`insert into follower (account_id, openid, subscribed, as_of)
      select ${accountId}, ${person('i')}, true, clock_now()
      from generate_series(1, ${PEOPLE}::integer) i`.execute(db);
    for (const id of [1, 2, 3])
      await sql`insert into follower_tag (account_id, tag_id, openid)
        select ${accountId}, ${id}::integer, ${person('i')}
        from generate_series(${id}::integer, ${PEOPLE}::integer, ${id}::integer) i`.execute(db);
    await sql`insert into upload_row (upload_id, openid, line, cells)
      select ${uploadId}::uuid, ${person('i')}, i, '["a"]'
      from generate_series(1, ${PEOPLE}::integer, 3) i`.execute(db);
    broadcastId = await world.broadcastTo();
    await sql`insert into delivery (broadcast_id, openid, account_id, state)
      select ${broadcastId}::uuid, ${person('i')}, ${accountId}, 'accepted'
      from generate_series(1, ${PEOPLE}::integer, 2) i`.execute(db);
    if (statistics === 'good') await sql`vacuum analyze`.execute(db);
  });
  afterAll(() => world.close());

  const tags = (any: number[], all: number[] = [], none: number[] = []): ResolvedAudience => {
    const named = (ids: number[]) => ids.map((id) => ({ id, name: `${id}` }));
    return { kind: 'tags', any: named(any), all: named(all), none: named(none) };
  };
  const upload = (): ResolvedAudience => ({ kind: 'upload', uploadId, columns: ['a'], count: 0 });
  const earlier = (): ResolvedAudience => ({
    kind: 'broadcast',
    broadcastId,
    states: ['accepted'],
  });

  it.each<[string, () => ResolvedAudience]>([
    ['all', () => ({ kind: 'all' })],
    ['any of three tags', () => tags([1, 2, 3])],
    ['all of two tags and none of a third', () => tags([], [3, 2], [1])],
    ['none of a tag', () => tags([], [], [2])],
    ['an upload', upload],
    ['an earlier broadcast', earlier],
    ['those who remain', () => ({ kind: 'remaining', broadcastId, of: { kind: 'all' } })],
    [
      'a union of all with two exclusions',
      () => ({
        kind: 'union',
        of: [{ kind: 'all' }, tags([2]), upload(), earlier()],
        exclude: [tags([3]), earlier()],
      }),
    ],
  ])(
    `a page of %s reads no more than it may of each index, from the middle as from the beginning, in ${where}`,
    async (_, audience) => {
      const of = {
        id: null,
        accountId: world.accountId,
        templateId: 't',
        audience: audience(),
        columns: ['a'],
      };
      for (const after of [null, 'o060000']) {
        const plan = await world.db.transaction().execute(async (tx) => {
          await readsInOrder.execute(tx);
          const { rows } = await sql<Record<string, [{ Plan: PlanNode }]>>`
            explain (analyze, format json)
            with ${audiencePage(of, after, LIMIT).ctes}
            select (select count(*) from recipients), page_end.* from page_end`.execute(tx);
          return Object.values(rows[0]!)[0]![0].Plan;
        });
        const scans = nodesOf(plan).filter((node) => node['Relation Name'] !== undefined);
        expect(scans.length).toBeGreaterThan(0);
        for (const scan of scans) {
          const { 'Actual Loops': loops = 1, 'Actual Rows': rows = 0 } = scan;
          expect(scan['Node Type']).toMatch(/^Index (?:Only )?Scan$/);
          expect(scan['Index Cond']).toMatch(/openid [>=] /);
          expect(rows * loops).toBeLessThanOrEqual(MOST_READ);
          expect((scan['Rows Removed by Filter'] ?? 0) * loops).toBeLessThanOrEqual(MOST_READ);
        }
      }
    },
  );
});

const person = (number: string) => sql.raw(`'o' || lpad(${number}::text, 6, '0')`);

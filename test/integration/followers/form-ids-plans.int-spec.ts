import type { OpenidRange } from '../../../src/database/openid-range.js';
import { sql } from 'kysely';
import type { HotStatement } from '../../../src/database/hot-sql.js';
import { audienceOfFormIds } from '../../../src/mini-program/form-ids/audience-of-form-ids.js';
import { HELD_FORM_IDS } from '../../../src/mini-program/form-ids/form-id-claims.js';
import { audienceOfGranted } from '../../../src/mini-program/grants/audience-of-granted.js';
import {
  CLAIM_FORM_IDS,
  CLAIM_LAST_FORM_IDS,
  CONCLUDE_FORM_IDS,
} from '../../../src/mini-program/form-ids/form-id.statements.js';
import {
  COUNT_LATER_ACCEPTANCES,
  EXHAUST_GRANTS,
  LOCK_GRANTS,
  SPEND_GRANTS,
  STORE_ACCEPTANCES,
  WRITE_GRANTS,
} from '../../../src/mini-program/grants/grant.statements.js';
import { MiniProgramWorld } from '../../support/worlds/mini-program-world.js';

const ROWS = 120_000;
const TABLES = ['form_id', 'template_grant', 'grant_acceptance'];

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanNode[];
}
type Explained = { 'QUERY PLAN': [{ Plan: PlanNode }] };

/** A mini program that has just brought its first form_ids is unknown to the statistics, or they speak of another time. */
describe.each([
  'tables that were never analysed',
  'tables that were analysed while empty',
  'tables that were analysed while nothing was held or granted',
])('the plans of the statements on form_ids and grants, in %s', (statistics) => {
  let world: MiniProgramWorld;
  beforeAll(async () => {
    world = await MiniProgramWorld.open();
    for (const table of TABLES)
      await sql`alter table ${sql.table(table)} set (autovacuum_enabled = false)`.execute(world.db);
    if (statistics.endsWith('empty')) await sql`analyze`.execute(world.db);
    await sql`
      insert into form_id (account_id, openid, form_id, kind, use, collected_at, state)
      select ${world.accountId}, 'o' || md5((i / 6)::text), i::text, 'form', 1,
        clock_now() - i * interval '1 second', case when i % 5 = 0 then 'spent' else 'live' end
      from generate_series(1, ${ROWS}::integer) i`.execute(world.db);
    await sql`
      insert into template_grant (account_id, openid, template_id, count, owed, updated_at)
      select ${world.accountId}, 'o' || md5((i / 3)::text), 't' || i % 3, 0, 0, clock_now()
      from generate_series(1, ${ROWS}::integer) i`.execute(world.db);
    await sql`
      insert into grant_acceptance (account_id, openid, template_id, at)
      select account_id, openid, template_id, clock_now() - interval '1 day' from template_grant`.execute(
      world.db,
    );
    if (statistics.endsWith('granted')) await sql`analyze`.execute(world.db);
    await sql`update template_grant set count = 1 where openid < 'o8'`.execute(world.db);
    await sql`
      update form_id set state = 'held', held_at = clock_now(), broadcast_id = gen_random_uuid()
      where state = 'live' and id % 10 = 1`.execute(world.db);
  });
  afterAll(() => world.close());

  it.each<HotStatement>([
    CLAIM_FORM_IDS,
    CLAIM_LAST_FORM_IDS,
    CONCLUDE_FORM_IDS,
    HELD_FORM_IDS,
    LOCK_GRANTS,
    STORE_ACCEPTANCES,
    COUNT_LATER_ACCEPTANCES,
    WRITE_GRANTS,
    SPEND_GRANTS,
    EXHAUST_GRANTS,
  ])(`the statement $name reaches its rows by their keys in ${statistics}`, async ({ text }) => {
    const { rows } = await world.pool.query<Explained>(
      `explain (generic_plan, format json) ${text}`,
    );
    const scans = scansOf(rows[0]!['QUERY PLAN'][0].Plan).filter(({ table }) =>
      TABLES.includes(table),
    );
    for (const { condition } of scans)
      expect(condition).toMatch(/\(id [=>] |openid = .*|account_id = .*(openid|form_id) = /);
    // An insert finds its conflicts through the unique index, whatever the planner thinks.
    expect(scans.length > 0 || text.includes('on conflict')).toBe(true);
  });

  it.each([
    ['who has a form_id', (range: OpenidRange) => audienceOfFormIds(world.accountId, range)],
    ['who granted', (range: OpenidRange) => audienceOfGranted(world.accountId, 't1', range)],
  ])(
    `pages of everybody %s are read in the order of an index alone, in ${statistics}`,
    async (_what, audience) => {
      for (const table of TABLES) await sql`vacuum analyze ${sql.table(table)}`.execute(world.db);
      const page = (after: string) =>
        sql<{ openid: string; vars: null }>`${audience({ after, limit: 1_000 })}`;
      const plan = await world.db.transaction().execute(async (tx) => {
        await sql`set local enable_bitmapscan = off`.execute(tx);
        const { rows } = await sql<Explained>`explain (format json) ${page('o8')}`.execute(tx);
        return Object.values(rows[0]!)[0]![0].Plan;
      });
      const types = nodesOf(plan).map((node) => node['Node Type']);
      expect(types).not.toContain('Sort');
      expect(types).not.toContain('Incremental Sort');
      expect(types).toContain('Index Only Scan');
      for (const { condition } of scansOf(plan))
        expect(condition).toMatch(/account_id = .*openid > /);

      const first = (await page('').execute(world.db)).rows;
      const openids = first.map(({ openid }) => openid);
      expect(new Set(openids).size).toBe(1_000);
      expect(openids).toEqual(openids.toSorted());
      const [next] = (await page(openids.at(-1)!).execute(world.db)).rows;
      expect(next!.openid > openids.at(-1)!).toBe(true);
    },
  );
});

describe('the audience of those who have a form_id', () => {
  let world: MiniProgramWorld;
  beforeAll(async () => {
    world = await MiniProgramWorld.open();
  });
  afterAll(() => world.close());

  it('the audience of those who have a form_id holds each once, and nobody whose ids are spent or expired', async () => {
    await world.collect('oAmy', 'a', 1);
    await world.collect('oAmy', 'b', 2);
    await world.collect('oBob', 'c', 8 * 24);
    await world.collect('oCat', 'd');
    await sql`update form_id set state = 'spent' where form_id = 'd'`.execute(world.db);
    const { rows } =
      await sql`${audienceOfFormIds(world.accountId, { after: '', limit: 10 })}`.execute(world.db);
    expect(rows).toEqual([{ openid: 'oAmy', vars: null }]);
  });
});

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const scansOf = (plan: PlanNode): { table: string; condition: string }[] =>
  nodesOf(plan).flatMap((node) =>
    node['Relation Name'] !== undefined && node['Node Type'].endsWith('Scan')
      ? [{ table: node['Relation Name'], condition: node['Index Cond'] ?? '' }]
      : [],
  );

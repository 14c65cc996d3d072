import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { auditCsv } from '../../../src/audit/audit-csv.js';
import type { AuditFilter } from '../../../src/audit/audit-filter.js';
import { auditPage, byIndexAlone, type Readable } from '../../../src/audit/audit-list.statement.js';
import { AuditReader } from '../../../src/audit/audit-reader.js';
import { AuditMonths } from '../../../src/broadcast/engine/storage/audit-months.js';
import { RetentionConfig } from '../../../src/config/config.js';
import { kyselyOn } from '../../../src/database/dialect.js';
import { Clock } from '../../../src/kernel/clock.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';

const ROWS = 120_000;
const NEWEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const MANY = Array.from({ length: 1_000 }, (_, i) => `wx${i}`);

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

describe('the statements of the audit, over many entries', () => {
  let database: TestDatabase;
  let db: Kysely<unknown>;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = kyselyOn(new pg.Pool({ connectionString: database.url, max: 2 }));
    await new AuditMonths(db, new Clock(0), new RetentionConfig(180)).run();
    // One account has most of it, as one does; its months lie in two partitions.
    await sql`
      insert into audit_entry (id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, appid)
      select (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
          || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid, at,
        'operator', i % 50, 'Li', case when i % 1000 = 0 then 'account.hold' else 'broadcast.change' end,
        'broadcast', 'b' || i / 20, case when i % 10 < 8 then 'wx0' else 'wx' || i % 2000 end
      from generate_series(1, ${ROWS}::integer) i,
        lateral (select clock_now() - i * interval '20 seconds' as at) t`.execute(db);
    await sql`analyze audit_entry`.execute(db);
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  const read = async (filter: AuditFilter, readable: Readable): Promise<number> => {
    const page = auditPage({ filter, readable, below: NEWEST, limit: 50 });
    const { rows } = await db.transaction().execute(async (tx) => {
      await byIndexAlone(tx);
      return sql<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>`
        explain (analyze, timing off, format json) ${page}`.execute(tx);
    });
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    return plan === undefined ? 0 : rowsOfTable(plan);
  };
  const rowsOfTable = (node: PlanNode): number =>
    (node['Relation Name']?.startsWith('audit_entry') === true
      ? (node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 1)
      : 0) + (node.Plans ?? []).reduce((sum, child) => sum + rowsOfTable(child), 0);

  it.each<[string, AuditFilter, Readable, number]>([
    ['all of it', {}, 'all', 200],
    ['one account', { appid: 'wx0' }, 'all', 200],
    ['one person', { actor: { kind: 'operator', id: 7 } }, 'all', 200],
    ['one thing', { target: { kind: 'broadcast', id: 'b100' } }, 'all', 200],
    ['one action', { action: 'account.hold' }, 'all', 200],
    ['a time', { to: new Date(Date.now() - 24 * 3_600_000) }, 'all', 200],
    ['one of two accounts', {}, ['wx0', 'wx18'], 300],
    ['what a filter seldom finds', { appid: 'wx0', action: 'account.hold' }, 'all', 5_200],
    ['what a filter never finds', { appid: 'wx0', action: 'key.create' }, 'all', 5_200],
    [
      'what a person seldom did',
      { actor: { kind: 'operator', id: 7 }, action: 'key.create' },
      ['wx0'],
      5_200,
    ],
    [
      'what a filter seldom finds in two accounts',
      { action: 'account.hold' },
      ['wx0', 'wx18'],
      5_200,
    ],
    ['a thousand accounts', {}, MANY, 60_000],
  ])('a page of %s reads few entries of the audit', async (_, filter, readable, most) => {
    expect(await read(filter, readable)).toBeLessThanOrEqual(most);
  });

  it('pages of a filter that seldom finds anything come to all of it, page by page', async () => {
    const reader = new AuditReader(db);
    const filter = { appid: 'wx0', action: 'account.hold' };
    let [found, pages] = [0, 0];
    for (let next: string | undefined; ;) {
      const page = await reader.page(filter, 'all', next, 50);
      found += page.items.length;
      pages += 1;
      if (page.next === null) break;
      next = page.next;
    }
    expect(found).toBe(ROWS / 1_000);
    expect(pages).toBeGreaterThan(2);
  });

  it('an export of many entries waits for whoever takes it, and holds few of them meanwhile', async () => {
    const reader = new AuditReader(db);
    const filter = { action: 'broadcast.change', from: new Date(Date.now() - 12_000 * 20_000) };
    let taken = 0;
    async function* counted() {
      for await (const entry of reader.all(filter, 'all', undefined)) {
        taken += 1;
        yield entry;
      }
    }
    const csv = auditCsv(counted(), { lang: 'en', bom: false });
    const chunks = csv[Symbol.asyncIterator]();
    await chunks.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toBeLessThan(5_000);
    let lines = 0;
    for await (const chunk of { [Symbol.asyncIterator]: () => chunks })
      lines += String(chunk).split('\r\n').length - 1;
    expect(taken).toBeGreaterThan(11_000);
    expect(lines).toBeGreaterThan(taken - 1_000);
  });

  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('an export whose taker goes away ends, and one whose entries fail ends with the error', async () => {
    let ended = false;
    async function* endless() {
      try {
        for await (const entry of new AuditReader(db).all({}, 'all', undefined)) yield entry;
      } finally {
        ended = true;
      }
    }
    const left = auditCsv(endless(), { lang: 'en', bom: false });
    for await (const _ of left) break;
    await until(() => ended);

    async function* failing() {
      yield* [];
      throw new Error('the database is gone');
    }
    const broken = auditCsv(failing(), { lang: 'en', bom: false });
    await expect(broken.toArray()).rejects.toThrow('the database is gone');
  });
});

import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { inTransaction } from '../../../src/audit/record/in-transaction.js';
import { AuditMonths } from '../../../src/broadcast/engine/storage/audit-months.js';
import { RetentionConfig } from '../../../src/config/config.js';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';
import { Clock } from '../../../src/kernel/clock.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';

describe('the months of the audit', () => {
  let database: TestDatabase;
  const pools: pg.Pool[] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.end();
    await database.drop();
  });

  /** The audit as a process has it whose clock says something else. */
  function at(day: string, keptDays = 730) {
    const offsetMs = Date.parse(`${day}T12:00:00Z`) - Date.now();
    const pool = new pg.Pool({
      connectionString: database.url,
      max: 3,
      options: clockOption(offsetMs),
    });
    pool.on('error', () => {});
    pools.push(pool);
    const db = kyselyOn<unknown>(pool);
    const clock = new Clock(offsetMs);
    return { db, months: new AuditMonths(db, clock, new RetentionConfig(180, keptDays)) };
  }
  const pause = (db: Kysely<unknown>) =>
    inTransaction(db, (_, audit) => {
      audit({ action: 'broadcast.pause', target: { kind: 'broadcast', id: 'b' } });
      return Promise.resolve();
    });
  /** Where the entries lie. */
  const places = async (db: Kysely<unknown>): Promise<string[]> =>
    (
      await sql<{ place: string }>`
        select tableoid::regclass::text as place from audit_entry order by id`.execute(db)
    ).rows.map(({ place }) => place);
  const partitions = async (db: Kysely<unknown>): Promise<string[]> =>
    (
      await sql<{ name: string }>`
        select inhrelid::regclass::text as name from pg_inherits
        where inhparent = 'audit_entry'::regclass order by 1`.execute(db)
    ).rows.map(({ name }) => name);

  it('the months of the audit are made in advance, and making them again is harmless', async () => {
    const { db, months } = at('2030-01-15');
    await months.run();
    await months.run();
    expect(await partitions(db)).toEqual([
      'audit_entry_2030_01',
      'audit_entry_2030_02',
      'audit_entry_2030_03',
      'audit_entry_elsewhen',
    ]);
    await pause(db);
    expect(await places(db)).toEqual(['audit_entry_2030_01']);
  });

  it('a pause in a month without a partition is kept, and moves to that month once it is made', async () => {
    const { db, months } = at('2030-01-15');
    await pause(db);
    await pause(at('2031-05-01').db);
    expect(await places(db)).toEqual(['audit_entry_elsewhen', 'audit_entry_elsewhen']);
    await months.run();
    expect(await places(db)).toEqual(['audit_entry_2030_01', 'audit_entry_elsewhen']);
  });

  it('a pause that is written while its month is being attached is kept, in that month', async () => {
    const { db } = at('2030-01-15');
    const [from, to] = [
      '01970000-0000-0000-0000-000000000000',
      'ffffffff-0000-0000-0000-000000000000',
    ];
    const maker = pools[0] as pg.Pool;
    const making = await maker.connect();
    await making.query('begin');
    await making.query('create table audit_entry_2030_01 (like audit_entry including constraints)');
    await making.query('lock table audit_entry_elsewhen in access exclusive mode');
    const paused = pause(db);
    const isWaiting = async (): Promise<boolean> => {
      const { rows } = await making.query<{ waiting: boolean }>(
        `select exists (select from pg_locks where not granted and relation = 'audit_entry_elsewhen'::regclass) as waiting`,
      );
      return rows[0]?.waiting === true;
    };
    while (!(await isWaiting()));
    await making.query(
      `alter table audit_entry attach partition audit_entry_2030_01 for values from ('${from}') to ('${to}')`,
    );
    await making.query('commit');
    making.release();
    await paused;
    expect(await places(db)).toEqual(['audit_entry_2030_01']);
  });

  it('two workers that make the months of the audit at once do not disturb each other', async () => {
    const workers = [at('2030-01-15'), at('2030-01-15'), at('2030-01-15')];
    await pause(workers[0]!.db);
    await Promise.all(workers.map(({ months }) => months.run()));
    expect(await places(workers[0]!.db)).toEqual(['audit_entry_2030_01']);
  });

  it('a month of the audit is dropped when all of it is older than AUDIT_DAYS, and what lies elsewhere by its day', async () => {
    const old = at('2030-01-29');
    await pause(old.db); // elsewhere, since nobody has made January
    await at('2030-02-10').months.run();
    await pause(at('2030-02-20').db);

    const kept = at('2030-03-01', 30);
    await kept.months.run();
    expect(await places(kept.db)).toEqual(['audit_entry_2030_02']);
    const later = at('2030-03-31', 30);
    await later.months.run();
    expect(await places(later.db)).toEqual([]);
    expect(await partitions(later.db)).not.toContain('audit_entry_2030_02');
  });

  it('the audit is kept for ever with AUDIT_DAYS=0', async () => {
    await at('2030-01-15').months.run();
    await pause(at('2030-01-15').db);
    const later = at('2050-01-15', 0);
    await later.months.run();
    expect(await places(later.db)).toEqual(['audit_entry_2030_01']);
  });
});

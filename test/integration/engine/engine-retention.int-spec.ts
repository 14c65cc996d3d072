import { Kysely, sql } from 'kysely';
import pg from 'pg';
import { DeliveryPartitions } from '../../../src/broadcast/engine/storage/delivery-partitions.js';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import { ExpandService } from '../../../src/broadcast/engine/expand/expand.service.js';
import { TableStatistics } from '../../../src/broadcast/engine/storage/table-statistics.js';
import { Lane } from '../../../src/broadcast/engine/record/lane.js';
import { Retention } from '../../../src/broadcast/engine/storage/retention.js';
import { RetentionConfig } from '../../../src/config/config.js';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';
import { Clock } from '../../../src/kernel/clock.js';
import { newBroadcastId } from '../../../src/kernel/ids.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';

const DAY = 24 * 60 * 60_000;
const BASE = Date.parse('2030-01-15T12:00:00Z');

describe('partitions by month', () => {
  let database: TestDatabase;
  const pools: pg.Pool[] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.end();
    await database.drop();
  });

  /** The engine's housekeeping as a process has it whose clock says something else. */
  function at(day: string, { keepDays = 30 } = {}) {
    const offsetMs = Date.parse(`${day}T12:00:00Z`) - Date.now();
    const options = clockOption(offsetMs);
    const pool = new pg.Pool({ connectionString: database.url, max: 3, options });
    pool.on('error', () => {});
    pools.push(pool);
    const db = kyselyOn<BroadcastTables>(pool);
    const clock = new Clock(offsetMs);
    return {
      db,
      clock,
      partitions: new DeliveryPartitions(db, clock),
      retention: new Retention(db, clock, new RetentionConfig(keepDays)),
    };
  }
  /** Those of these tests' time: the present ones come with every test's database. */
  const months = async (db: Kysely<BroadcastTables>, parent: string): Promise<string[]> => {
    const { rows } = await sql<{ name: string }>`
      select inhrelid::regclass::text as name from pg_inherits
      where inhparent = ${parent}::regclass order by 1`.execute(db);
    return rows
      .map(({ name }) => name.slice(parent.length + 1))
      .filter((name) => name > '2029' && name !== 'elsewhen');
  };
  const exists = async (db: Kysely<BroadcastTables>, table: string): Promise<boolean> => {
    const { rows } = await sql<{ found: boolean }>`
      select to_regclass(${table}) is not null as found`.execute(db);
    return rows[0]?.found === true;
  };

  /** A broadcast to one person, created and, unless it runs, closed at these times. */
  async function broadcast(
    { db }: ReturnType<typeof at>,
    created: string,
    closed: string | null,
    state: string = closed === null ? 'running' : 'finished',
  ): Promise<string> {
    const createdAt = new Date(`${created}T12:00:00Z`);
    const id = newBroadcastId(createdAt);
    const closedAt = closed === null ? null : new Date(`${closed}T12:00:00Z`);
    const startedAt = state === 'draft' ? null : createdAt;
    await sql`
      insert into account (id, appid, kind, name, callback_mode, token_mode, sealed_secret, sealed_callback_token)
      overriding system value values (1, 'wx1', 'service', 'test', 'plain', 'stable', 'x', 'x')
      on conflict do nothing`.execute(db);
    await sql`
      insert into broadcast (id, account_id, channel, template_id, message, audience, state, created_at, started_at,
        ended_at, closed_at)
      values (${id}, 1, 'template', 't', '{"fields":{}}', '{"kind":"all"}', ${state}::broadcast_state,
        ${createdAt}, ${startedAt}, ${closedAt}, ${closedAt})`.execute(db);
    await sql`
      insert into delivery (broadcast_id, openid, account_id, state, msgid)
      values (${id}, 'amy', 1, 'delivered', 1)`.execute(db);
    await sql`insert into broadcast_counter (broadcast_id, lane, delivered) values (${id}, 'test', 1)`.execute(
      db,
    );
    await sql`
      insert into receipt (account_id, msgid, openid, create_time, status, received_at)
      values (1, 1, ${id}, ${createdAt}, 'success', ${createdAt})`.execute(db);
    return id;
  }
  const purgedAt = async (db: Kysely<BroadcastTables>, id: string) =>
    (
      await db
        .selectFrom('broadcast')
        .select('purgedAt')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).purgedAt;

  it('partitions by month exist two months ahead in UTC, whatever month it is, in whichever worker is first', async () => {
    const now = at('2030-01-31');
    await Promise.all([1, 2, 3].map(() => new DeliveryPartitions(now.db, now.clock).ensure()));
    for (const parent of ['delivery', 'delivery_problem', 'receipt'])
      expect(await months(now.db, parent)).toEqual(['2029_12', '2030_01', '2030_02', '2030_03']);

    const later = at('2030-02-28');
    await later.partitions.ensure();
    expect(await months(later.db, 'delivery')).toContain('2030_04');
  });

  it('partitions by month are dropped once every broadcast of the month has ended long enough ago', async () => {
    const then = at('2030-01-15');
    await then.partitions.ensure();
    const early = await broadcast(then, '2030-01-02', '2030-01-03');
    const late = await broadcast(then, '2030-01-31', '2030-02-10');
    await sql`insert into delivery_review values (${early}, 'amy', 1, 't', clock_now())`.execute(
      then.db,
    );
    await sql`insert into stranger_receipt values (1, '2030-01-02')`.execute(then.db);
    for (const id of [early, late])
      await sql`
        insert into broadcast_sample (broadcast_id, at, open, accepted, reviewing, delivered, blocked, failed,
          refused, unknown, skipped, rate)
        values (${id}, clock_now(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)`.execute(then.db);
    const samples = async (db: (typeof then)['db']) =>
      (await sql`select from broadcast_sample`.execute(db)).rows.length;

    const soon = at('2030-03-11');
    await soon.partitions.ensure();
    await soon.retention.run();
    expect(await months(soon.db, 'delivery')).toContain('2030_01');
    expect(await purgedAt(soon.db, early)).toBeNull();
    expect(await samples(soon.db)).toBe(2);

    const after = at('2030-03-13');
    await after.retention.run();
    for (const parent of ['delivery', 'delivery_problem', 'receipt']) {
      expect(await months(after.db, parent)).toEqual(['2030_02', '2030_03', '2030_04', '2030_05']);
      expect(await exists(after.db, `${parent}_2030_01`)).toBe(false);
    }
    expect(await purgedAt(after.db, early)).not.toBeNull();
    expect(await purgedAt(after.db, late)).not.toBeNull();
    expect(await after.db.selectFrom('deliveryReview').select('openid').execute()).toEqual([]);
    expect(await samples(after.db)).toBe(0);
    const { rows: strangers } = await sql`select from stranger_receipt`.execute(after.db);
    expect(strangers).toEqual([]);
    // The counters are what reports are made of.
    const { count } = await after.db
      .selectFrom('broadcastCounter')
      .select(sql<number>`sum(delivered)::integer`.as('count'))
      .executeTakeFirstOrThrow();
    expect(count).toBe(2);
  });

  it.each(['running', 'scheduled'])(
    'partitions by month are kept while a broadcast of the month is %s, however old',
    async (state) => {
      const then = at('2030-01-15');
      await then.partitions.ensure();
      await broadcast(then, '2030-01-02', '2030-01-03');
      const open = await broadcast(then, '2030-01-20', null, state);
      // Its audience was frozen when it was made; one without rows keeps nothing.
      await sql`update broadcast set freeze_audience = 'creation' where id = ${open}`.execute(
        then.db,
      );

      const after = at('2031-01-15');
      await after.partitions.ensure();
      await after.retention.run();
      expect(await months(after.db, 'delivery')).toContain('2030_01');
      expect(await months(after.db, 'receipt')).toContain('2030_01');
      expect(await purgedAt(after.db, open)).toBeNull();
      const { rows } = await sql`select from delivery where broadcast_id = ${open}`.execute(
        after.db,
      );
      expect(rows).toHaveLength(1);
    },
  );

  it.each(['draft', 'awaiting_approval', 'scheduled'])(
    'partitions by month are dropped although a broadcast of the month is %s, has nothing yet, and can begin later',
    async (state) => {
      const then = at('2030-01-15');
      await then.partitions.ensure();
      const ended = await broadcast(then, '2030-01-02', '2030-01-03');
      const idle = await broadcast(then, '2030-01-20', null, state);
      await sql`delete from delivery where broadcast_id = ${idle}`.execute(then.db);
      await sql`
        update broadcast set started_at = null, audience = '{"kind":"openids"}' where id = ${idle}`.execute(
        then.db,
      );
      await sql`insert into broadcast_member (broadcast_id, openid) values (${idle}, 'amy'), (${ended}, 'x')`.execute(
        then.db,
      );

      const after = at('2031-01-15');
      await after.partitions.ensure();
      await after.retention.run();
      expect(await months(after.db, 'delivery')).not.toContain('2030_01');
      expect(await months(after.db, 'receipt')).not.toContain('2030_01');
      expect(await purgedAt(after.db, ended)).not.toBeNull();
      expect(await purgedAt(after.db, idle)).toBeNull();

      await sql`
        update broadcast set state = 'running', started_at = clock_now() where id = ${idle}`.execute(
        after.db,
      );
      await new ExpandService(after.db, new Lane(), new TableStatistics(after.db)).expand(idle);
      const { rows } = await sql`select openid from delivery where broadcast_id = ${idle}`.execute(
        after.db,
      );
      expect(rows).toEqual([{ openid: 'amy' }]);
    },
  );

  it('partitions by month of receipts are kept while a broadcast of an earlier month has not ended', async () => {
    const then = at('2030-01-15');
    await then.partitions.ensure();
    await broadcast(then, '2030-01-31', null);
    await broadcast(then, '2030-02-02', '2030-02-03');

    const after = at('2031-01-15');
    await after.retention.run();
    expect(await months(after.db, 'delivery')).not.toContain('2030_02');
    expect(await months(after.db, 'receipt')).toContain('2030_02');
  });

  it('partitions by month are dropped although a broadcast was cancelled before it ever started', async () => {
    const then = at('2030-01-15');
    await then.partitions.ensure();
    const id = await broadcast(then, '2030-01-02', '2030-01-03', 'cancelled');
    await sql`update broadcast set started_at = null, closed_at = null where id = ${id}`.execute(
      then.db,
    );
    const after = at('2030-04-15');
    await after.retention.run();
    expect(await months(after.db, 'delivery')).not.toContain('2030_01');
  });

  it('partitions by month of the last month and of those ahead are never dropped', async () => {
    const now = at('2030-03-31', { keepDays: 1 });
    await now.partitions.ensure();
    await now.retention.run();
    expect(await months(now.db, 'delivery')).toEqual(['2030_02', '2030_03', '2030_04', '2030_05']);
  });

  it('partitions by month are kept for ever with 0', async () => {
    const then = at('2030-01-15');
    await then.partitions.ensure();
    await broadcast(then, '2030-01-02', '2030-01-03');
    const after = at('2040-01-15', { keepDays: 0 });
    await after.retention.run();
    expect(await months(after.db, 'delivery')).toContain('2030_01');
  });

  it('partitions by month are dropped by one of several workers', async () => {
    const then = at('2030-01-15');
    await then.partitions.ensure();
    await broadcast(then, '2030-01-02', '2030-01-03');
    const workers = [1, 2, 3].map(() => at('2030-06-15'));
    await Promise.all(workers.map(({ retention }) => retention.run()));
    expect(await months(then.db, 'delivery')).not.toContain('2030_01');
  });

  it('partitions by month are left for another time where somebody works on them', async () => {
    const then = at('2030-01-15');
    await then.partitions.ensure();
    const id = await broadcast(then, '2030-01-02', '2030-01-03');
    const after = at('2030-06-15');
    await then.db.transaction().execute(async (tx) => {
      await sql`select from delivery where broadcast_id = ${id}`.execute(tx);
      await expect(after.retention.run()).rejects.toMatchObject({ code: '55P03' });
    });
    expect(await purgedAt(after.db, id)).toBeNull();
    await after.retention.run();
    expect(await purgedAt(after.db, id)).not.toBeNull();
  });

  it('partitions by month do not keep receipts of odd times, nor keys of creates older than thirty days', async () => {
    const then = at('2030-01-15');
    await then.partitions.ensure();
    const id = await broadcast(then, '2030-01-15', '2030-01-15');
    await sql`
      insert into receipt (account_id, msgid, openid, create_time, status, received_at)
      values (1, 9, 'amy', '1999-01-01', 'success', clock_now())`.execute(then.db);
    const key = (name: string, day: number) =>
      then.db
        .insertInto('idempotencyKey')
        .values({
          accountId: 1,
          key: name,
          requestHash: Buffer.alloc(32),
          broadcastId: id,
          createdAt: new Date(BASE + day * DAY),
        })
        .execute();
    await key('old', 0);
    await key('new', 2);

    const after = at('2030-02-15');
    await after.retention.run();
    const keys = await after.db.selectFrom('idempotencyKey').select('key').execute();
    expect(keys).toEqual([{ key: 'new' }]);
    const { rows } = await sql`select from receipt_elsewhen`.execute(after.db);
    expect(rows).toEqual([]);
  });

  it.each([30, 0])(
    'the retention of %i days deletes confirmations that are over, and keeps those that somebody may still start with',
    async (keepDays) => {
      const then = at('2030-01-15', { keepDays });
      await then.partitions.ensure();
      const id = await broadcast(then, '2030-01-15', null);
      await sql`
        insert into confirmation (token_hash, broadcast_id, verb, person, etag, recipients, expires_at)
        select sha256(minutes::text::bytea), ${id}::uuid, 'start', minutes, 1, 1,
          clock_now() + make_interval(mins => minutes)
        from unnest(array[-61, 1, 5]) minutes`.execute(then.db);
      await then.retention.run();
      const left = await then.db
        .selectFrom('confirmation')
        .select('person')
        .orderBy('expiresAt')
        .execute();
      expect(left.map(({ person }) => person)).toEqual(['1', '5']);
    },
  );
});

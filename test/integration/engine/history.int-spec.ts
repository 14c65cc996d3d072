import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Module } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditController } from '../../../src/audit/audit.controller.js';
import { AuditModule } from '../../../src/audit/audit.module.js';
import { idsOf, monthAhead } from '../../../src/broadcast/engine/storage/delivery-month.js';
import { Retention } from '../../../src/broadcast/engine/storage/retention.js';
import { RetentionConfig } from '../../../src/config/config.js';
import { Clock } from '../../../src/kernel/clock.js';
import { OverviewController } from '../../../src/overview/overview.controller.js';
import { OverviewModule } from '../../../src/overview/overview.module.js';
import { BroadcastApiWorld, type TestAccount } from '../../support/worlds/broadcast-api-world.js';

@Module({
  imports: [OverviewModule, AuditModule],
  controllers: [OverviewController, AuditController],
})
class FurtherPages {}

const [ROWS, MONTHS, PER_MONTH] = [6_000, 3, 4];
const BROADCASTS = MONTHS * PER_MONTH;
const ENDS = [
  'accepted',
  'delivered',
  'blocked',
  'failed',
  'refused',
  'unknown',
  'skipped',
] as const;
const DAY_MS = 86_400_000;

/** As an operator calls it. */
const history = (databaseUrl: string, ...more: string[]) => {
  const span = ['--months', String(MONTHS), '--broadcasts-per-month', String(PER_MONTH)];
  const args = ['scripts/history.mjs', '--database-url', databaseUrl, ...span, ...more];
  return promisify(execFile)(process.execPath, args);
};

interface Broadcast {
  id: string;
  appid: string;
  state: string;
  total: number;
  receiptsOpen: number;
  counts: Record<string, number>;
  errors: { errcode: number; count: number }[];
  skipped: { reason: string; count: number }[];
  archivedAt: string | null;
  warnings: { code: string }[];
}

// What was made is looked at again and again, and the last test takes a month of it away.
describe('a history that was made', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  let broadcasts: Broadcast[];

  beforeAll(async () => {
    world = await BroadcastApiWorld.open({}, [FurtherPages]);
    account = await world.account();
    await world.inSafeMode(account);
    await history(world.api.databaseUrl, '--rows', String(ROWS));
    const { items } = await world.all('/v1/broadcasts?archived=any&limit=5');
    broadcasts = await Promise.all(
      items.map(({ id }) => read<Broadcast>(`/v1/broadcasts/${id as string}`)),
    );
  });
  afterAll(() => world.close());

  const select = async <T>(query: ReturnType<typeof sql<T>>): Promise<T[]> =>
    (await query.execute(world.db)).rows;
  const read = async <T>(path: string): Promise<T> => {
    const { status, json, text } = await world.get(path);
    if (status !== 200) throw new Error(text);
    return json as T;
  };

  it('a history that was made has as many deliveries as were asked for, in every state in which one ends', async () => {
    const rows = await select(sql<{ state: string; n: number }>`
      select state, count(*)::integer as n from delivery group by state`);
    expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(ROWS);
    expect(rows.map(({ state }) => state).toSorted()).toEqual([...ENDS].toSorted());
    expect(broadcasts).toHaveLength(BROADCASTS);
    const partitions = await select(sql<{ n: number }>`
      select count(*)::integer as n from delivery group by tableoid order by tableoid`);
    expect(partitions).toHaveLength(MONTHS);
  });

  it('a history that was made has counters, errors and skips that say what its rows say', async () => {
    for (const { id, counts, errors, skipped, total } of broadcasts) {
      const rows = await select(sql<{
        state: string;
        errcode: number | null;
        detail: string;
        n: number;
      }>`
        select state, errcode, case when state = 'skipped' then detail end as detail, count(*)::integer as n
        from delivery where broadcast_id = ${id} group by 1, 2, 3`);
      const sumBy = (key: (row: (typeof rows)[number]) => string | number | null) => {
        const sums: Record<string, number> = {};
        for (const row of rows)
          if (key(row) !== null) sums[String(key(row))] = (sums[String(key(row))] ?? 0) + row.n;
        return sums;
      };
      expect(sumBy(({ state }) => state)).toEqual(
        Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0)),
      );
      expect(total).toBe(rows.reduce((sum, { n }) => sum + n, 0));
      expect(Object.fromEntries(errors.map(({ errcode, count }) => [errcode, count]))).toEqual(
        sumBy(({ errcode }) => errcode),
      );
      expect(Object.fromEntries(skipped.map(({ reason, count }) => [reason, count]))).toEqual(
        sumBy(({ detail }) => detail),
      );
    }
  });

  it('a history that was made has counters in lanes, as its writers leave them, and nothing is left to send', async () => {
    const lanes = await select(sql<{ lanes: number; open: number }>`
      select count(*)::integer as lanes, sum(pending + queued + sending)::integer as open
      from broadcast_counter group by broadcast_id`);
    expect(lanes.every(({ lanes: n, open }) => n >= 5 && open === 0)).toBe(true);
  });

  it('a history that was made is listed by each state as the rows are', async () => {
    for (const { id, counts } of broadcasts.slice(0, 6))
      for (const state of ENDS) {
        const { items } = await world.all(
          `/v1/broadcasts/${id}/deliveries?state=${state}&limit=200`,
        );
        expect({ state, n: items.length }).toEqual({ state, n: counts[state] });
      }
  });

  it('a history that was made has a receipt for each message that was heard of, of its own msgid and time', async () => {
    const [row] = await select(sql<{ heard: number; matched: number; receipts: number }>`
      select (select count(*)::integer from delivery where state in ('delivered', 'blocked', 'failed')) as heard,
        (select count(*)::integer from receipt) as receipts,
        (select count(*)::integer from receipt r join delivery d on d.broadcast_id = r.broadcast_id
          and d.openid = r.openid and d.msgid = r.msgid and d.receipt_at = r.create_time
          and d.state = (case when r.status = 'success' then 'delivered'
            when r.status like '%block' then 'blocked' else 'failed' end)::delivery_state) as matched`);
    expect(row?.heard).toBeGreaterThan(ROWS / 2);
    expect(row).toMatchObject({ receipts: row?.heard, matched: row?.heard });
    const [msgids] = await select(sql<{ n: number; different: number }>`
      select count(msgid)::integer as n, count(distinct msgid)::integer as different from delivery`);
    expect(msgids?.different).toBe(msgids?.n);
  });

  it('a history that was made leaves nothing to do, and nobody to warn of', async () => {
    const { counts } = await read<{ counts: { shown: string; count: number }[] }>(
      '/v1/broadcasts/counts?archived=any',
    );
    const ended = new Set(['finished', 'stopped']);
    expect(counts.reduce((sum, { shown, count }) => sum + (ended.has(shown) ? count : 0), 0)).toBe(
      BROADCASTS,
    );
    expect(broadcasts.map(({ receiptsOpen }) => receiptsOpen)).toEqual(broadcasts.map(() => 0));
    expect(broadcasts.flatMap(({ warnings }) => warnings)).toEqual([]);
    expect(await read('/v1/overview')).toMatchObject({ needsYou: [], running: [], next: null });
    const archived = await world.all('/v1/broadcasts?archived=true');
    expect(archived.items).toHaveLength(
      broadcasts.filter(({ archivedAt }) => archivedAt !== null).length,
    );
    expect(archived.items.length).toBeGreaterThan(0);
  });

  it('a history that was made shows a person all that was sent to them, and whom nothing is sent to any more', async () => {
    const [person] = await select(sql<{ openid: string; n: number }>`
      select openid, count(*)::integer as n from delivery group by openid
      order by bool_or(state = 'blocked') desc, count(*) desc, openid limit 1`);
    const { openid, n } = person!;
    const { items } = await world.all(
      `/v1/accounts/${account.appid}/followers/${openid}/deliveries?limit=2`,
    );
    expect(items).toHaveLength(n);
    const ids = items.map((item) => item['broadcastId'] as string);
    expect(ids).toEqual(ids.toSorted().toReversed());
    const states = items.map((item) => item['state']);
    expect(states.slice(0, states.indexOf('blocked'))).toEqual(
      Array.from({ length: states.indexOf('blocked') }, () => 'skipped'),
    );
    expect(await read(`/v1/openids/${openid}`)).toMatchObject({
      accounts: [{ appid: account.appid, suppressed: 'blocked' }],
    });
    const [suppressed] = await select(sql<{ n: number; blocked: number }>`
      select (select count(*)::integer from suppression) as n,
        (select count(*)::integer from delivery where state = 'blocked') as blocked`);
    expect(suppressed?.n).toBe(suppressed?.blocked);
  });

  it('a history that was made has everybody as a follower, and none who has left was sent to after that', async () => {
    const [row] = await select(sql<{
      unknown: number;
      late: number;
      left: number;
      confirmed: number;
    }>`
      select (select count(*)::integer from (
          select distinct openid from delivery except select openid from follower) missing) as unknown,
        (select count(*)::integer from delivery d join follower f using (account_id, openid)
          where not f.subscribed and d.claimed_at > f.as_of) as late,
        (select count(*)::integer from follower where not subscribed) as left,
        (select confirmed_total - (select count(*)::integer from follower where subscribed)
          from follower_sync) as confirmed`);
    expect(row).toMatchObject({ unknown: 0, late: 0, confirmed: 0 });
    expect(row?.left).toBeGreaterThan(0);
  });

  it('a history that was made has a curve and a timeline that end in its counts', async () => {
    for (const { id, counts, state, archivedAt } of broadcasts) {
      const { points } = await read<{ points: Record<string, number>[] }>(
        `/v1/broadcasts/${id}/series?step=5`,
      );
      const ends = Object.fromEntries(ENDS.map((each) => [each, counts[each]]));
      expect(points.at(-1)).toMatchObject({ open: 0, ...ends });
      for (const point of points)
        expect(Object.values(ENDS).reduce((sum, each) => sum + point[each]!, point['open']!)).toBe(
          Object.values(counts).reduce((sum, n) => sum + n, 0),
        );
      const { items } = await world.all(`/v1/broadcasts/${id}/timeline`);
      expect(items.map((item) => item['kind']).toReversed()).toEqual([
        'created',
        'started',
        'expanded',
        state,
        ...(archivedAt === null ? [] : ['archived']),
      ]);
    }
  });

  it('a history that was made is in the ledger of quotas and in the audit', async () => {
    const [calls] = await select(sql<{ ours: number; attempts: number }>`
      select (select sum(ours)::integer from quota_day) as ours,
        (select sum(attempts)::integer from delivery) as attempts`);
    expect(calls?.ours).toBe(calls?.attempts);
    const { items } = await world.all('/v1/audit?action=broadcast.create&limit=200');
    expect(new Set(items.map((item) => (item['target'] as { id: string }).id))).toEqual(
      new Set(broadcasts.map(({ id }) => id)),
    );
  });

  it('a history that was made is refused where broadcasts are on record, unless it is told, and the same seed makes the same', async () => {
    const before = await world.stored();
    await expect(history(world.api.databaseUrl, '--rows', '600')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--beside-others'),
    });
    expect(await world.stored()).toEqual(before);

    const [other, again] = [await world.account(), await BroadcastApiWorld.open()];
    try {
      await again.account();
      const small = ['--rows', '600', '--seed', '7'];
      await history(world.api.databaseUrl, ...small, '--beside-others', '--appid', other.appid);
      await history(again.api.databaseUrl, ...small);
      const digest = async ({ db }: BroadcastApiWorld, id: number) =>
        (
          await sql`select md5(string_agg(d::text, ',' order by broadcast_id, openid)) from (
            select broadcast_id, openid, state, msgid, errcode, settled_at from delivery where account_id = ${id}
          ) d`.execute(db)
        ).rows;
      expect(await digest(world, other.id)).toEqual(await digest(again, 1));
    } finally {
      await again.close();
    }
  });

  it('a history that was made loses its oldest month to retention, and keeps its reports', async () => {
    const now = new Date();
    const oldest = monthAhead(now, -MONTHS);
    const keepDays = Math.floor((now.getTime() - oldest.to.getTime()) / DAY_MS);
    await new Retention(world.db, new Clock(), new RetentionConfig(keepDays)).run();
    for (const table of ['delivery', 'delivery_problem', 'receipt']) {
      const [found] = await select(sql<{ gone: boolean; next: boolean }>`
        select to_regclass(${`${table}_${oldest.suffix}`}) is null as gone,
          to_regclass(${`${table}_${monthAhead(now, 1 - MONTHS).suffix}`}) is not null as next`);
      expect({ table, ...found }).toEqual({ table, gone: true, next: true });
    }
    const [, until] = idsOf(oldest);
    for (const { id, counts } of broadcasts) {
      expect((await read<Broadcast>(`/v1/broadcasts/${id}`)).counts).toEqual(counts);
      const { status } = await world.get(`/v1/broadcasts/${id}/deliveries`);
      const { points } = await read<{ points: unknown[] }>(`/v1/broadcasts/${id}/series`);
      expect({ id, status, curve: points.length > 0 }).toEqual(
        id < until ? { id, status: 410, curve: false } : { id, status: 200, curve: true },
      );
    }
  });
});

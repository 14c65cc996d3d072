import { sql } from 'kysely';
import { BroadcastSampling } from '../../../src/broadcast/engine/storage/broadcast-sampling.js';
import { Holds } from '../../../src/broadcast/engine/holds/holds.js';
import { SendingConfig } from '../../../src/config/config.js';
import { OverviewController } from '../../../src/overview/overview.controller.js';
import { OverviewModule } from '../../../src/overview/overview.module.js';
import { Module } from '@nestjs/common';
import { BroadcastApiWorld } from '../../support/worlds/broadcast-api-world.js';

@Module({ imports: [OverviewModule], controllers: [OverviewController] })
class OverviewApiModule {}

describe('what a page reads', () => {
  let world: BroadcastApiWorld;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open({}, [OverviewApiModule]);
  });
  afterAll(() => world.close());

  const read = async <T>(path: string): Promise<T> => {
    const { status, json, text } = await world.get(path);
    if (status !== 200) throw new Error(text);
    return json as T;
  };

  it('what a page reads first is what waits for a person, what runs, and how the day goes, accounts in trouble first', async () => {
    const [well, faulty, sandbox] = [
      await world.account(),
      await world.account(),
      await world.account(),
    ];
    await sql`update account set fault = '{"code": "ip_not_allowed", "errcode": 40164, "message": "x", "since": "2026-11-30T00:00:00Z"}'
      where id = ${faulty.id}`.execute(world.db);
    await sql`update account set api_base = 'http://127.0.0.1:1', appid = 'wx5a4db0c0de000001' where id = ${sandbox.id}`.execute(
      world.db,
    );
    const running = await world.broadcast(well, {
      oA: { state: 'delivered' },
      oB: { state: 'blocked' },
      oC: { state: 'accepted', msgid: '1' },
    });
    const paused = await world.broadcast(well, { oA: { state: 'pending' } });
    await world.api.app.get(Holds, { strict: false }).hold(paused, { reason: 'operator' });
    const overview = await read<{ running: { id: string }[]; today: { appid: string }[] }>(
      '/v1/overview',
    );
    expect(overview).toMatchObject({
      needsYou: [
        { kind: 'paused', count: 1, target: '/v1/broadcasts?shown=paused' },
        { kind: 'account_fault', count: 1 },
      ],
      today: [
        { appid: faulty.appid, faulty: true, broadcasts: 0, taken: 0 },
        { appid: well.appid, broadcasts: 2, taken: 3, delivered: 1, blocked: 1, accepted: 1 },
      ],
      quota: [{ appid: faulty.appid }, { appid: well.appid, channel: 'template', ours: 0 }],
      next: null,
    });
    expect(overview.running.map(({ id }) => id)).toEqual([running]);
    const first = await read<{ today: { appid: string }[]; next: string }>('/v1/overview?limit=1');
    const second = await read<{ today: { appid: string }[] }>(
      `/v1/overview?limit=1&after=${first.next}`,
    );
    expect([first, second].map(({ today }) => today[0]!.appid)).toEqual([faulty.appid, well.appid]);
  });

  it('what a page reads of the errors of a broadcast says whose turn it is, with samples and a link to all', async () => {
    const account = await world.account();
    const id = await world.broadcast(account, {
      oA: { state: 'refused', errcode: 43004 },
      oB: { state: 'refused', errcode: 43004 },
      oC: { state: 'refused', errcode: 43116 },
    });
    const { items } = await read<{ items: Record<string, unknown>[] }>(
      `/v1/broadcasts/${id}/errors`,
    );
    expect(items).toMatchObject([
      {
        errcode: 43004,
        count: 2,
        share: 2 / 3,
        turn: 'recipient',
        openids: ['oA', 'oB'],
        did: { zh: expect.any(String) as string },
      },
      { errcode: 43116, count: 1, turn: 'operator', openids: ['oC'] },
    ]);
    const all = await read<{ items: { openid: string }[] }>(items[0]!['link'] as string);
    expect(all.items.map(({ openid }) => openid)).toEqual(['oA', 'oB']);
  });

  it('what a page reads of how a broadcast moved is noted by workers, once for all of them, and not where nothing moves', async () => {
    const account = await world.account();
    const id = await world.broadcast(account);
    await world.count(id, 'expand', { pending: 100 });
    const sampling = () =>
      new BroadcastSampling(world.db, world.api.app.get(SendingConfig, { strict: false }));
    const later = (seconds: number) =>
      sql`update broadcast_sample set at = at - make_interval(secs => ${seconds}) where broadcast_id = ${id}`.execute(
        world.db,
      );
    await Promise.all([sampling().run(), sampling().run()]);
    await later(5);
    await world.count(id, 'settle', { pending: -50, accepted: 50 });
    await sampling().run();
    await later(5);
    await sampling().run(); // it stands still: told once
    await later(5);
    await sampling().run();
    const { step, points } = await read<{
      step: number;
      points: { open: number; accepted: number; rate: number }[];
    }>(`/v1/broadcasts/${id}/series`);
    expect(step).toBe(5);
    expect(points.map(({ open, accepted, rate }) => [open, accepted, rate])).toEqual([
      [100, 0, 0],
      [50, 50, 10],
      [50, 50, 0],
    ]);
  });

  it('a rate is that of the time in which it was sent: of the gap where nobody looked, of the last moment after a rest', async () => {
    const noted = async (before: { readonly rate: number; readonly secondsAgo: number }) => {
      const id = await world.broadcast(await world.account());
      await sql`
        insert into broadcast_sample (broadcast_id, at, open, accepted, reviewing, delivered, blocked, failed, refused, unknown, skipped, rate)
        select ${id}::uuid, date_bin('5 seconds', clock_now(), 'epoch') - make_interval(secs => ${before.secondsAgo}),
          100, 0, 0, 0, 0, 0, 0, 0, 0, ${before.rate}`.execute(world.db);
      await world.count(id, 'settle', { pending: 40, accepted: 600 });
      await new BroadcastSampling(
        world.db,
        world.api.app.get(SendingConfig, { strict: false }),
      ).run();
      const { rows } = await sql<{ rate: number; seconds: number }>`
        select rate::float8, extract(epoch from at - lag(at) over (order by at))::float8 as seconds
        from broadcast_sample where broadcast_id = ${id} order by at desc limit 1`.execute(
        world.db,
      );
      return rows[0]!;
    };
    const { rate, seconds } = await noted({ rate: 10, secondsAgo: 60 });
    expect(rate).toBeCloseTo(600 / seconds, 3);
    expect((await noted({ rate: 0, secondsAgo: 60 })).rate).toBeCloseTo(600 / 5, 3);
  });

  it('the rate of a longer step is what was sent in it by its time, whatever samples were left out', async () => {
    const id = await world.broadcast(await world.account());
    const sample = (at: string, sent: number, rate: number) =>
      sql`insert into broadcast_sample (broadcast_id, at, open, accepted, reviewing, delivered, blocked, failed, refused, unknown, skipped, rate)
        values (${id}, ${at}, 0, ${sent}, 0, 0, 0, 0, 0, 0, 0, ${rate})`.execute(world.db);
    await sample('2026-12-01T00:00:00Z', 0, 0);
    await sample('2026-12-01T00:00:50Z', 300, 60);
    await sample('2026-12-01T00:00:55Z', 300, 0);
    // An hour's rest, and two hours in which nobody looked.
    await sample('2026-12-01T01:00:00Z', 600, 60);
    await sample('2026-12-01T03:00:00Z', 7_800, 1);
    const { points } = await read<{ points: { rate: number }[] }>(
      `/v1/broadcasts/${id}/series?step=60`,
    );
    expect(points.map(({ rate }) => rate)).toEqual([5.5, 60, 1]);
  });

  it('what a page reads of how a broadcast moved is thinned to fewer than two thousand points', async () => {
    const account = await world.account();
    const id = await world.broadcast(account);
    await sql`
      insert into broadcast_sample (broadcast_id, at, open, accepted, reviewing, delivered, blocked, failed, refused, unknown, skipped, rate)
      select ${id}::uuid, clock_now() - make_interval(secs => 5 * i), i, 0, 0, 0, 0, 0, 0, 0, 0, 1 from generate_series(1, 1990) i`.execute(
      world.db,
    );
    await new BroadcastSampling(
      world.db,
      world.api.app.get(SendingConfig, { strict: false }),
    ).run();
    const { rows } = await sql<{ n: number; last: number }>`
      select count(*)::integer as n, min(open)::integer as last from broadcast_sample where broadcast_id = ${id}`.execute(
      world.db,
    );
    expect(rows[0]!.n).toBeLessThan(1_000);
    const { points } = await read<{ points: unknown[] }>(`/v1/broadcasts/${id}/series`);
    expect(points.length).toBeLessThanOrEqual(501);
  });

  it('what a page reads of a person is of the caller’s accounts, ends with a sentence for the customer, and is on record', async () => {
    const account = await world.account();
    await world.synced(account, ['oWang']);
    const first = await world.broadcast(account, { oWang: { state: 'unknown', errcode: -1 } });
    const last = await world.broadcast(account, { oWang: { state: 'delivered' } });
    await sql`update delivery set receipt_at = '2026-11-28T11:02:00Z' where broadcast_id = ${last}`.execute(
      world.db,
    );
    const person = await read<{ items: { broadcastId: string; sentence: { zh: string } }[] }>(
      '/v1/openids/oWang',
    );
    expect(person).toMatchObject({
      openid: 'oWang',
      accounts: [{ appid: account.appid, subscribed: true, suppressed: null }],
      sentence: {
        zh: '您好，微信显示这条消息 11月28日 19:02 已送达。您可以在微信里搜索“test”，进入会话查看。',
      },
      next: null,
    });
    expect(person.items.map(({ broadcastId }) => broadcastId)).toEqual([last, first]);
    expect(person.items[1]!.sentence.zh).toContain('目前确认不了');
    const { rows } = await sql<{
      action: string;
    }>`select action from audit_entry where action = 'person.look'`.execute(world.db);
    expect(rows).toHaveLength(1);
    expect(await read('/v1/openids/oNobody')).toMatchObject({
      accounts: [],
      items: [],
      sentence: null,
    });
  });
});

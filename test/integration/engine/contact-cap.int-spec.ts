import { sql } from 'kysely';
import {
  capInForce,
  comingTo,
  contactsOf,
} from '../../../src/broadcast/engine/record/contact-cap.js';
import { ensurePartitionOf } from '../../../src/broadcast/engine/storage/delivery-partitions.js';
import { newBroadcastId } from '../../../src/kernel/ids.js';
import { createTestDatabase } from '../../support/stores/database.js';
import { EngineWorker } from '../../support/worlds/engine-worker.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

describe('a contact cap', () => {
  let world: EngineWorld;
  let worker: EngineWorker;
  beforeEach(async () => {
    const database = await createTestDatabase();
    world = await EngineWorld.open(database);
    worker = await EngineWorker.open(database.url, 'worker');
    await cap({ n: 1, days: 7 });
  });
  afterEach(async () => {
    await worker.close();
    await world.close();
  });

  const cap = (contactCap: object | undefined) =>
    sql`update account set policy = ${JSON.stringify({ contactCap })}::jsonb`.execute(world.db);
  /** One whose messages have come so far, some days ago. */
  const contacted = async (state: string, daysAgo: number, ...openids: string[]) => {
    const id = await world.broadcastTo(...openids);
    await sql`
      update delivery set state = ${state}::delivery_state,
        claimed_at = clock_now() - make_interval(days => ${daysAgo})
      where broadcast_id = ${id}`.execute(world.db);
    await sql`update broadcast set closed_at = clock_now(), ended_at = clock_now() where id = ${id}`.execute(
      world.db,
    );
    return id;
  };
  const handedOut = async (): Promise<string[]> => {
    await sql`update release_turn set credit = 100, due_at = '-infinity'`.execute(world.db);
    const results = await worker.releases.run([world.accountId]);
    return results.flatMap(({ nudges }) => nudges.map(({ openid }) => openid)).sort();
  };
  const waits = async (id: string, openid: string): Promise<number> => {
    const { rows } = await sql<{ wait: number }>`
      select extract(epoch from not_before - clock_now())::float8 as wait from delivery
      where broadcast_id = ${id} and openid = ${openid}`.execute(world.db);
    return rows[0]?.wait ?? -1;
  };

  it('a contact cap leaves out at expansion who has got enough lately, and nobody else', async () => {
    await contacted('delivered', 3, 'amy');
    await contacted('accepted', 8, 'bob');
    await contacted('refused', 1, 'carl');
    await contacted('unknown', 1, 'dora');
    const id = await world.broadcastTo();
    const list = { kind: 'openids', count: 5 };
    await sql`update broadcast set expanded_at = null, audience = ${JSON.stringify(list)} where id = ${id}`.execute(
      world.db,
    );
    await sql`insert into broadcast_member (broadcast_id, openid)
      select ${id}::uuid, o from unnest(array['amy', 'bob', 'carl', 'dora', 'emil']) o`.execute(
      world.db,
    );
    await worker.expansion.expand(id);
    expect(await world.states(id)).toEqual({
      amy: 'skipped',
      bob: 'pending',
      carl: 'pending',
      dora: 'skipped',
      emil: 'pending',
    });
    expect((await world.row(id, 'amy')).detail).toBe('contact_cap');
    await world.expectCountersToAgree(id);
  });

  it('a contact cap skips at release who has got enough since the expansion, and hands out the others', async () => {
    const id = await world.broadcastTo('amy', 'bob');
    await contacted('delivered', 0, 'amy');
    expect(await handedOut()).toEqual(['bob']);
    expect(await world.states(id)).toEqual({ amy: 'skipped', bob: 'queued' });
    expect((await world.row(id, 'amy')).detail).toBe('contact_cap');
    await world.expectCountersToAgree(id);
  });

  it('a contact cap puts off who has one on its way, and skips or sends once that is decided', async () => {
    const first = await world.broadcastTo('amy', 'bob');
    expect(await handedOut()).toEqual(['amy', 'bob']);
    const second = await world.broadcastTo('amy', 'bob');
    expect(await handedOut()).toEqual([]);
    expect(await world.states(second)).toEqual({ amy: 'pending', bob: 'pending' });
    expect(await waits(second, 'amy')).toBeGreaterThan(50);
    await world.expectCountersToAgree(second);

    await sql`update delivery set state = case openid when 'amy' then 'accepted' else 'refused' end::delivery_state,
      claimed_at = clock_now() where broadcast_id = ${first}`.execute(world.db);
    await sql`update delivery set not_before = clock_now() where broadcast_id = ${second}`.execute(
      world.db,
    );
    expect(await handedOut()).toEqual(['bob']);
    expect(await world.states(second)).toEqual({ amy: 'skipped', bob: 'queued' });
    await world.expectCountersToAgree(second);
  });

  it('a contact cap lets two broadcasts that are handed out by one lease reach nobody twice', async () => {
    const openids = Array.from({ length: 20 }, (_, n) => `o${n + 10}`);
    const ids = [await world.broadcastTo(...openids), await world.broadcastTo(...openids)];
    const all: string[] = [];
    for (let round = 0; round < 5; round++) all.push(...(await handedOut()));
    expect(all.sort()).toEqual(openids);
    for (const id of ids) await world.expectCountersToAgree(id);
  });

  it('a contact cap does not hold for a broadcast that says why, for tests and single messages; what they send counts', async () => {
    await contacted('delivered', 1, 'amy');
    const beyond = await world.broadcastTo('amy');
    await sql`update broadcast set contact_cap = '{"ignore":true,"reason":"recall"}' where id = ${beyond}`.execute(
      world.db,
    );
    const test = await world.broadcastTo('amy');
    await sql`update broadcast set purpose = 'test' where id = ${test}`.execute(world.db);
    expect(await handedOut()).toEqual(['amy', 'amy']);
    const later = await world.broadcastTo('amy');
    await handedOut();
    expect(await world.states(later)).toEqual({ amy: 'skipped' });

    await cap({ n: 3, days: 7 });
    const third = await world.broadcastTo('amy');
    expect(await handedOut()).toEqual([]);
    expect(await world.states(third)).toEqual({ amy: 'pending' });
  });

  it('a contact cap never skips who is in doubt: the message may have gone out', async () => {
    const id = await world.broadcastTo('amy');
    await sql`update delivery set in_doubt_since = clock_now(), not_before = clock_now() where broadcast_id = ${id}`.execute(
      world.db,
    );
    await contacted('delivered', 0, 'amy');
    await sql`insert into broadcast_cursor (broadcast_id, released_to, swept_at) values (${id}, 'zz', '-infinity')`.execute(
      world.db,
    );
    expect(await handedOut()).toEqual(['amy']);
  });

  it('a contact cap is nothing to an account that has none', async () => {
    await cap(undefined);
    await contacted('delivered', 0, 'amy');
    await world.broadcastTo('amy');
    expect(await handedOut()).toEqual(['amy']);
  });

  it('a contact cap is judged by the index of the months that count, however little is known of them', async () => {
    const long = new Date(Date.now() - 100 * 86_400_000);
    await ensurePartitionOf(world.db, newBroadcastId(long));
    const id = await world.broadcastTo();
    await sql`insert into delivery (broadcast_id, openid, account_id, state)
      select ${id}::uuid, 'o' || i, ${world.accountId}, 'accepted' from generate_series(1, 30000) i`.execute(
      world.db,
    );
    const plan = await world.db.transaction().execute(async (tx) => {
      const cap = await capInForce(tx, world.accountId, { n: 2, days: 7 });
      const { rows } = await sql<{ 'QUERY PLAN': string }>`
        explain select ${contactsOf('one', world.accountId, cap, null)},
          ${comingTo('one', world.accountId, cap, null)}
        from unnest(${['o1', 'o2']}::text[]) one (openid)`.execute(tx);
      return rows.map((row) => Object.values(row)[0]).join('\n');
    });
    const scans = plan.split('\n').filter((line) => /Scan.* on delivery/.test(line));
    expect(scans.length).toBeGreaterThan(0);
    expect(plan).not.toMatch(/Seq Scan on delivery/);
    for (const line of plan.split('\n').filter((each) => each.includes('Index Cond')))
      expect(line).toContain('openid =');
    const month = long.toISOString().slice(0, 7).replace('-', '_');
    expect(plan).not.toContain(month);
  });
});

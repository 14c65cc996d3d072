import { sql } from 'kysely';
import type { Nudge } from '../../../src/broadcast/engine/send/send.queue.js';
import { createTestDatabase } from '../../support/stores/database.js';
import { EngineWorker } from '../../support/worlds/engine-worker.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';
import { ensurePace } from '../../../src/pacing/pace-row.js';

describe('two broadcasts of one account', () => {
  let world: EngineWorld;
  let worker: EngineWorker;
  let small: string;
  let big: string;
  beforeEach(async () => {
    const database = await createTestDatabase();
    world = await EngineWorld.open(database);
    worker = await EngineWorker.open(database.url, 'worker');
    small = await world.broadcastTo(...openids(100));
    big = await world.broadcastTo(...openids(200));
  });
  afterEach(async () => {
    await worker.close();
    await world.close();
  });

  const openids = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `o${String(i).padStart(4, '0')}`);
  /** Each has some: an equal share is half of them. */
  const expectBothAmong = (served: readonly { broadcastId: string }[], count = 40): void => {
    expect(served).toHaveLength(count);
    for (const id of [small, big])
      expect(served.filter(({ broadcastId }) => broadcastId === id).length).toBeGreaterThan(5);
  };

  it('two broadcasts of one account take turns where the rate yields one message at a time', async () => {
    await sql`update account set sends_per_second = 1`.execute(world.db);
    const handedOut: Nudge[] = [];
    for (let round = 0; round < 40; round++) {
      await sql`update release_turn set credit = 1, due_at = '-infinity'`.execute(world.db);
      handedOut.push(
        ...(await worker.releases.run([world.accountId])).flatMap(({ nudges }) => nudges),
      );
    }
    expectBothAmong(handedOut);
  });

  it('two broadcasts of one account share a bucket that does not hold enough for both', async () => {
    await sql`update pace set rate = 400`.execute(world.db);
    // The clock stands, or the bucket would fill up meanwhile.
    await sql`create table stopped_clock as select clock_now() as now`.execute(world.db);
    await sql`
      create or replace function clock_now() returns timestamptz language sql volatile
      as 'select now from stopped_clock'`.execute(world.db);
    const nudges = [...(await world.release(small, 80)), ...(await world.release(big, 80))];
    const claims = await Promise.all(nudges.map((nudge) => world.claims.claim(nudge)));
    // Forty in the bucket, and forty that wait for their tokens.
    expectBothAmong(
      claims.filter((claim) => claim !== undefined),
      80,
    );
  });

  it('two broadcasts of one account leave their share to the other, in the same turn, while their rows are not due', async () => {
    const waiting = await Promise.all(Array.from({ length: 9 }, () => world.broadcastTo('amy')));
    await sql`
      update delivery set not_before = clock_now() + interval '1 hour'
      where broadcast_id = any(${[...waiting, small]}::uuid[])`.execute(world.db);
    await pastCursor(...waiting, small);
    expect(await handedOut()).toEqual({ [big]: 35 });
  });

  it('two broadcasts of one account leave their share to the other, in the same turn, while their canary is out of room', async () => {
    await sql`
      update broadcast set canary = '{"first":1}', canary_size = 0 where id = ${small}`.execute(
      world.db,
    );
    expect(await handedOut()).toEqual({ [big]: 35 });
  });

  it.each([
    ['not due', true],
    ['due', false],
  ])(
    'two broadcasts of one account are waited for by other accounts only if they could use more: %s',
    async (_, late) => {
      if (late)
        await sql`update delivery set not_before = clock_now() + interval '1 hour'`.execute(
          world.db,
        );
      if (late) await pastCursor(small, big);
      await handedOut();
      const { rows } = await sql`select waiting, queued from release_turn`.execute(world.db);
      expect(rows).toEqual([{ waiting: !late, queued: late ? 0 : 35 }]);
    },
  );

  it('two broadcasts of one account lose nothing of the rate by how long a turn takes: the next counts from its beginning', async () => {
    await sql`create table turn_before as select released_at from release_turn`.execute(world.db);
    const [round] = await worker.releases.run([world.accountId]);
    const { rows } = await sql<{ moved: number }>`
      select extract(epoch from t.released_at - b.released_at)::float8 as moved
      from release_turn t, turn_before b`.execute(world.db);
    expect(rows[0]!.moved).toBeCloseTo(round!.lease.since_release, 5);
  });

  /** Everybody was handed out once, and came back. */
  const pastCursor = (...ids: string[]): Promise<unknown> =>
    sql`
      insert into broadcast_cursor (broadcast_id, released_to, swept_at)
      select b, 'z', '-infinity' from unnest(${ids}::uuid[]) b`.execute(world.db);
  /** What one turn hands out of each broadcast, where the rate yields thirty-five. */
  async function handedOut(): Promise<Record<string, number>> {
    await sql`update account set sends_per_second = 100`.execute(world.db);
    await sql`
      update release_turn set credit = 0, released_at = clock_now() - interval '1 minute'`.execute(
      world.db,
    );
    const [round] = await worker.releases.run([world.accountId]);
    const counts: Record<string, number> = {};
    for (const { broadcastId } of round!.nudges)
      counts[broadcastId] = (counts[broadcastId] ?? 0) + 1;
    return counts;
  }
});

describe('many accounts', () => {
  let world: EngineWorld;
  let worker: EngineWorker;
  beforeEach(async () => {
    const database = await createTestDatabase();
    world = await EngineWorld.open(database);
    worker = await EngineWorker.open(database.url, 'worker');
  });
  afterEach(async () => {
    await worker.close();
    await world.close();
  });

  /** Each with a broadcast of its own, and so long away that all it may have has come together. */
  async function accountsWithCap(count: number, cap: number): Promise<number[]> {
    const { rows } = await sql<{ id: number }>`
      insert into account (appid, kind, name, callback_mode, token_mode, sealed_secret,
        sealed_callback_token, sends_per_second)
      select 'wx' || lpad(to_hex(i), 16, '0'), 'service', 'test', 'plain', 'stable', 'x', 'x', ${cap}
      from generate_series(1000, 999 + ${count}::integer) i returning id`.execute(world.db);
    for (const { id } of rows) {
      await ensurePace(world.db, id);
      const broadcast = await world.broadcastTo(
        ...Array.from({ length: 50 }, (_, i) => `o${String(i).padStart(4, '0')}`),
      );
      await sql`update broadcast set account_id = ${id} where id = ${broadcast}`.execute(world.db);
      await sql`update delivery set account_id = ${id} where broadcast_id = ${broadcast}`.execute(
        world.db,
      );
    }
    await sql`update release_turn set released_at = clock_now() - interval '1 minute'`.execute(
      world.db,
    );
    return rows.map(({ id }) => id);
  }
  const openids = (count: number) => Array.from({ length: count }, (_, i) => `p${i}`);

  it('many accounts have their turns together, each what its own rate yields, and then not before it yields more', async () => {
    const ids = await accountsWithCap(40, 20);
    await sql`create table stopped_clock as select clock_now() as now`.execute(world.db);
    await sql`
      create or replace function clock_now() returns timestamptz language sql volatile
      as 'select now from stopped_clock'`.execute(world.db);
    const rounds = await worker.releases.run(ids);
    expect(rounds.map(({ lease: turn, nudges }) => [turn.account_id, nudges.length])).toEqual(
      ids.map((id) => [id, 7]),
    );
    expect(await worker.releases.run(ids)).toEqual([]);
  });

  it('many accounts are claimed in one flush, each by its own bucket and what is a moment ahead of it', async () => {
    const ids = await accountsWithCap(3, 20);
    await sql`update pace set rate = 20, tokens = 2, refilled_at = clock_now() + interval '1 minute'`.execute(
      world.db,
    );
    await sql`update pace set tokens = -100 where account_id = ${ids[2]}`.execute(world.db);
    await sql`update release_turn set credit = 1000`.execute(world.db);
    await sql`update account set sends_per_second = 40`.execute(world.db);
    const nudges = (await worker.releases.run(ids)).flatMap((round) => round.nudges);
    await sql`update account set sends_per_second = 20`.execute(world.db);
    const claims = await Promise.all(nudges.map((nudge) => world.claims.claim(nudge)));
    const { rows } = await sql`
      select d.account_id, count(*) filter (where state = 'sending')::integer as sending, p.tokens
      from delivery d join pace p using (account_id)
      where d.account_id = any(${ids}::integer[]) group by 1, 3 order by 1`.execute(world.db);
    // A bucket of two, and six ahead; no more debt than those is left of another time.
    expect(rows).toEqual([
      { accountId: ids[0], sending: 8, tokens: -6 },
      { accountId: ids[1], sending: 8, tokens: -6 },
      { accountId: ids[2], sending: 0, tokens: -6 },
    ]);
    expect(claims.filter(Boolean)).toHaveLength(16);
  });

  it('many accounts wait for each other’s jobs in the queue alike: who has few queued goes first', async () => {
    const [few, many] = (await accountsWithCap(2, 1_000)) as [number, number];
    await sql`update pace set rate = 1000`.execute(world.db);
    const slow = await world.broadcastTo(...openids(1_200));
    await sql`update broadcast set account_id = ${many} where id = ${slow}`.execute(world.db);
    await sql`
      update broadcast_counter set queued = 1200, pending = 0 where broadcast_id = ${slow}`.execute(
      world.db,
    );
    const rounds = await worker.releases.run([few, many]);
    // The queue is full for as long as workers take less: nobody with nothing in it goes away with nothing.
    expect(rounds.map(({ nudges }) => nudges.length)).toEqual([1, 0]);
  });
});

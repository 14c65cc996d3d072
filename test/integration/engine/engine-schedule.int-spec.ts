import { Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { type Kysely, sql } from 'kysely';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import { ExpandQueue, type ExpandJob } from '../../../src/broadcast/engine/expand/expand.queue.js';
import { ExpandService } from '../../../src/broadcast/engine/expand/expand.service.js';
import { TableStatistics } from '../../../src/broadcast/engine/storage/table-statistics.js';
import { ScheduledStarts } from '../../../src/broadcast/engine/lifecycle/scheduled-starts.js';
import { newBroadcastId } from '../../../src/kernel/ids.js';
import { eventsOf } from '../../support/stores/broadcast-events.js';
import { clockedDatabase } from '../../support/stores/clocked-database.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('a scheduled start', () => {
  let database: TestDatabase;
  let world: EngineWorld;
  const nodes: Kysely<BroadcastTables>[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    world = await EngineWorld.open(database);
  });
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.destroy()));
    await sql`truncate broadcast, delivery, broadcast_counter, follower cascade`.execute(world.db);
  });
  afterAll(() => world.close());

  /** Another worker, whose clock stands elsewhere; its queue only keeps what it was asked for. */
  function node(clockOffsetMs = 0) {
    const db = clockedDatabase(database.url, clockOffsetMs);
    nodes.push(db);
    const nudged: string[] = [];
    const queue = {
      add: (_: string, { broadcastId }: ExpandJob) => Promise.resolve(nudged.push(broadcastId)),
    } as unknown as Queue<ExpandJob>;
    return {
      db,
      nudged,
      starts: new ScheduledStarts(db, new ExpandQueue(queue)),
      expansion: new ExpandService(db, world.lane, new TableStatistics(db)),
    };
  }

  /** As the API leaves it. */
  async function scheduled(
    startsIn: number,
    { freeze = 'start', state = 'scheduled' }: { freeze?: string; state?: string } = {},
  ): Promise<string> {
    const id = newBroadcastId(new Date());
    await sql`
      insert into broadcast (id, account_id, channel, template_id, message, audience, state, created_at,
        start_at, start_zone, freeze_audience)
      values (${id}, ${world.accountId}, 'template', 't', '{"fields":{}}', '{"kind":"all"}',
        ${state}::broadcast_state, clock_now(),
        clock_now() + ${startsIn}::float8 * interval '1 millisecond', 'Asia/Shanghai', ${freeze})`.execute(
      world.db,
    );
    return id;
  }
  const broadcast = (id: string) =>
    world.db.selectFrom('broadcast').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const holdsOf = (id: string) =>
    world.db.selectFrom('broadcastHold').selectAll().where('broadcastId', '=', id).execute();
  const follows = (openid: string, subscribed = true) =>
    sql`
      insert into follower (account_id, openid, subscribed, as_of)
      values (${world.accountId}, ${openid}, ${subscribed}, clock_now())
      on conflict (account_id, openid) do update set subscribed = excluded.subscribed`.execute(
      world.db,
    );

  it('a scheduled start waits for its time', async () => {
    const id = await scheduled(HOUR_MS);
    const early = node();
    await early.starts.run();
    expect(await broadcast(id)).toMatchObject({ state: 'scheduled', startedAt: null });
    expect(early.nudged).toEqual([]);
  });

  it('a scheduled start happens once its time has come by the clock, and asks for the audience', async () => {
    const id = await scheduled(HOUR_MS);
    const later = node(HOUR_MS + 1_000);
    await later.starts.run();
    expect(await broadcast(id)).toMatchObject({ state: 'running', startedAt: expect.any(Date) });
    expect(await eventsOf(world.db, id)).toEqual(['started']);
    expect(await holdsOf(id)).toEqual([]);
    expect(later.nudged).toEqual([id]);
  });

  it('a scheduled start happens once, however many nodes look at the same moment', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => scheduled(-1_000)));
    const all = Array.from({ length: 4 }, () => node());
    await Promise.all(all.map(({ starts }) => starts.run()));
    // What one found locked it leaves to the other.
    await Promise.all(all.map(({ starts }) => starts.run()));

    for (const id of ids) expect(await eventsOf(world.db, id)).toEqual(['started']);
    expect(all.flatMap(({ nudged }) => nudged).toSorted()).toEqual(ids.toSorted());
  });

  it('a scheduled start does not wait for whoever changes the broadcast, and happens after that', async () => {
    const id = await scheduled(-1_000);
    const { starts } = node();
    await world.db.transaction().execute(async (tx) => {
      await tx.selectFrom('broadcast').select('id').where('id', '=', id).forUpdate().execute();
      await starts.run();
      expect((await broadcast(id)).state).toBe('scheduled');
      await tx
        .updateTable('broadcast')
        .set({ startAt: sql<Date>`clock_now() + interval '1 hour'` })
        .where('id', '=', id)
        .execute();
    });
    // It was put off meanwhile, which one who had found it due does not know yet.
    expect(await starts.start(id)).toBe(false);
    expect((await broadcast(id)).state).toBe('scheduled');
  });

  it.each([29, 30])('a scheduled start sends when it was missed by %d minutes', async (minutes) => {
    const id = await scheduled(0);
    await node(minutes * MINUTE_MS - 5_000).starts.run();
    expect(await broadcast(id)).toMatchObject({ state: 'running' });
    expect(await holdsOf(id)).toEqual([]);
  });

  it('a scheduled start holds when it was missed by 31 minutes', async () => {
    const id = await scheduled(0);
    await node(31 * MINUTE_MS).starts.run();
    expect(await holdsOf(id)).toMatchObject([{ reason: 'stale' }]);
  });

  it('a scheduled start missed by more than 30 minutes waits for a person, who is told when it should have been', async () => {
    const id = await scheduled(0);
    await sql`update broadcast set start_at = '2026-11-20T01:00:00Z' where id = ${id}`.execute(
      world.db,
    );
    const late = node(30 * MINUTE_MS + 5_000);
    await late.starts.run();

    expect(await broadcast(id)).toMatchObject({ state: 'running' });
    expect(await holdsOf(id)).toMatchObject([
      {
        reason: 'stale',
        until: null,
        detail: 'it should have started at 2026-11-20 09:00 (Asia/Shanghai)',
      },
    ]);
    expect(await eventsOf(world.db, id)).toEqual(['started', 'held']);
    expect(await world.holds.lift(id, ['stale'])).toEqual(['stale']);
    // Looking again changes nothing.
    await late.starts.run();
    expect(await holdsOf(id)).toEqual([]);
  });

  it.each(['draft', 'awaiting_approval', 'cancelled', 'finished'])(
    'a scheduled start does not happen to a broadcast that is %s',
    async (state) => {
      const id = await scheduled(-1_000, { state });
      const { starts, nudged } = node();
      await starts.run();
      expect(await broadcast(id)).toMatchObject({ state, startedAt: null });
      expect(nudged).toEqual([]);
    },
  );

  it('a scheduled start outside its send hours is held at once, not with the next look', async () => {
    const id = await scheduled(-1_000);
    const hour = new Date().getUTCHours();
    const hours = { from: clock(hour + 2), to: clock(hour + 3), zone: 'UTC' };
    await world.db
      .updateTable('broadcast')
      .set({ sendHours: JSON.stringify(hours) })
      .where('id', '=', id)
      .execute();
    await node().starts.run();
    expect(await holdsOf(id)).toMatchObject([{ reason: 'hours', until: expect.any(Date) }]);
  });

  describe('goes to', () => {
    it('a scheduled start goes to whoever follows at its start, unless it was frozen before', async () => {
      await follows('oStays');
      await follows('oLeaves');
      const id = await scheduled(-1_000);
      const { starts, expansion } = node();
      // Asked for too early it reads nobody.
      await expansion.expand(id);
      expect(await world.states(id)).toEqual({});

      await follows('oLeaves', false);
      await follows('oJoins');
      await starts.run();
      await expansion.expand(id);
      expect(await world.states(id)).toEqual({ oJoins: 'pending', oStays: 'pending' });
    });

    it('a scheduled start goes to whoever followed at its creation and still does, if it was frozen then', async () => {
      await follows('oStays');
      await follows('oLeaves');
      const id = await scheduled(HOUR_MS, { freeze: 'creation' });
      const { expansion } = node();
      await expansion.expand(id);
      expect(await broadcast(id)).toMatchObject({
        state: 'scheduled',
        startedAt: null,
        expandedAt: expect.any(Date),
      });

      await follows('oLeaves', false);
      await follows('oJoins');
      await node(HOUR_MS + 1_000).starts.run();
      await expansion.expand(id);
      await sql`update broadcast set started_at = clock_now() where id = ${id}`.execute(world.db);
      expect((await world.release(id)).map(({ openid }) => openid)).toEqual(['oStays']);
      expect(await world.states(id)).toEqual({ oLeaves: 'skipped', oStays: 'queued' });
      await world.expectCountersToAgree(id);
    });

    it('a scheduled start goes to nobody before its start, though it is frozen', async () => {
      await follows('oStays');
      const id = await scheduled(HOUR_MS, { freeze: 'creation' });
      await node().expansion.expand(id);
      await expect(world.release(id)).rejects.toThrow('not open');
      expect(await world.states(id)).toEqual({ oStays: 'pending' });
    });
  });
});

const clock = (hour: number): string => `${String(hour % 24).padStart(2, '0')}:00`;

import type { Kysely } from 'kysely';
import type {
  BroadcastTables,
  SendHours,
} from '../../../src/broadcast/engine/record/engine.tables.js';
import { AccountHolds } from '../../../src/broadcast/engine/holds/account-holds.js';
import { HoldExpiry } from '../../../src/broadcast/engine/holds/hold-expiry.js';
import { SendHoursWatch } from '../../../src/broadcast/engine/send-hours/send-hours-watch.js';
import { eventsOf } from '../../support/stores/broadcast-events.js';
import { clockedDatabase } from '../../support/stores/clocked-database.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

const HOURS: SendHours = { from: '09:00', to: '21:00', zone: 'Asia/Shanghai' };
/** A day of the tests' clock. */
const at = (time: string, day = '2027-01-12'): number => Date.parse(`${day}T${time}+08:00`);

describe('send hours of a running broadcast', () => {
  let database: TestDatabase;
  let world: EngineWorld;
  let id: string;
  const nodes: Kysely<BroadcastTables>[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    world = await EngineWorld.open(database);
  });
  beforeEach(async () => {
    id = await world.broadcastTo('amy', 'ben');
    await setHours(HOURS);
  });
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.destroy()));
    await world.db.updateTable('broadcast').set({ state: 'cancelled' }).execute();
  });
  afterAll(() => world.close());

  const setHours = (hours: SendHours) =>
    world.db
      .updateTable('broadcast')
      .set({ sendHours: JSON.stringify(hours) })
      .where('id', '=', id)
      .execute();
  const nodeAt = (time: number): Kysely<BroadcastTables> => {
    const db = clockedDatabase(database.url, time - Date.now());
    nodes.push(db);
    return db;
  };
  const expiryAt = (time: number): Promise<void> =>
    new HoldExpiry(new AccountHolds(nodeAt(time))).run();
  /** A worker's look at the hours, and at holds whose time is over, when its clock says that it is this time. */
  async function look(time: number): Promise<void> {
    await new SendHoursWatch(nodeAt(time)).run();
    await expiryAt(time);
  }
  const shown = async () => {
    const { sendsUntil } = await world.db
      .selectFrom('broadcast')
      .select('sendsUntil')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const held = await world.db
      .selectFrom('broadcastHold')
      .select(['reason', 'until'])
      .where('broadcastId', '=', id)
      .execute();
    return { sendsUntil: sendsUntil?.getTime(), held };
  };

  it('send hours of a running broadcast let it send inside them, until their end', async () => {
    await look(at('09:00:05'));
    expect(await shown()).toEqual({ sendsUntil: at('21:00'), held: [] });
  });

  it('send hours of a running broadcast hold it outside them, until they begin, with the end that is right then', async () => {
    await look(at('21:00:01'));
    expect(await shown()).toEqual({
      sendsUntil: at('21:00', '2027-01-13'),
      held: [{ reason: 'hours', until: new Date(at('09:00', '2027-01-13')) }],
    });
  });

  it('send hours of a running broadcast are told once, however often anybody looks', async () => {
    for (const time of ['20:00', '21:00:01', '21:00:02', '23:00']) await look(at(time));
    expect(await eventsOf(world.db, id)).toEqual(['held']);
    await look(at('08:59:50', '2027-01-13'));
    expect(await eventsOf(world.db, id)).toEqual(['held']);
    for (const time of ['09:00:01', '09:00:02']) await look(at(time, '2027-01-13'));
    expect(await eventsOf(world.db, id)).toEqual(['held', 'lifted']);
    expect((await shown()).held).toEqual([]);
  });

  it('send hours of a running broadcast lift their hold even where only the expiry of holds runs, and end again in time', async () => {
    await look(at('22:00'));
    await expiryAt(at('09:00:01', '2027-01-13'));
    expect(await shown()).toEqual({ sendsUntil: at('21:00', '2027-01-13'), held: [] });
  });

  it('send hours of a running broadcast that everybody slept through hold it until the next ones', async () => {
    await look(at('22:00'));
    await look(at('22:00', '2027-01-15'));
    expect(await shown()).toEqual({
      sendsUntil: at('21:00', '2027-01-16'),
      held: [{ reason: 'hours', until: new Date(at('09:00', '2027-01-16')) }],
    });
  });

  it('send hours of a running broadcast leave other holds alone, and those leave them alone', async () => {
    await world.holds.hold(id, { reason: 'operator' });
    await look(at('22:00'));
    expect((await shown()).held.map(({ reason }) => reason).toSorted()).toEqual([
      'hours',
      'operator',
    ]);
    await look(at('10:00', '2027-01-13'));
    expect((await shown()).held).toMatchObject([{ reason: 'operator' }]);
  });

  it('send hours of a running broadcast end in the claim itself, though no timer has looked yet', async () => {
    await world.db
      .updateTable('broadcast')
      .set({ sendsUntil: new Date(Date.now() + 60_000) })
      .where('id', '=', id)
      .execute();
    const [first, second] = await world.release(id);
    expect(await world.claims.claim(first!)).toBeDefined();

    await world.db
      .updateTable('broadcast')
      .set({ sendsUntil: new Date(Date.now() - 1) })
      .where('id', '=', id)
      .execute();
    expect(await world.claims.claim(second!)).toBeUndefined();
    expect(await world.states(id)).toMatchObject({ [second!.openid]: 'pending' });
    await world.expectCountersToAgree(id);
  });

  it('send hours of a running broadcast mean nothing to one that has ended', async () => {
    await world.db.updateTable('broadcast').set({ state: 'cancelled' }).execute();
    await look(at('22:00'));
    expect(await shown()).toEqual({ sendsUntil: undefined, held: [] });
  });
});

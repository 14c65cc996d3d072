import { sql } from 'kysely';
import { Finishing } from '../../../src/broadcast/engine/lifecycle/finish.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

/** Many broadcasts of one recipient each, which release, sweep and finish take together. */
describe('single messages', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.open();
  });
  afterEach(() => world.close());

  async function single(openid: string): Promise<string> {
    const id = await world.broadcastTo(openid);
    await sql`update broadcast set purpose = 'single' where id = ${id}`.execute(world.db);
    return id;
  }
  const release = (most: number) =>
    world.releases.inTransaction(async (tx) => {
      const open = await world.releases.openBroadcasts(tx, [world.accountId]);
      return world.releases.releaseSingles(
        tx,
        open.filter((broadcast) => broadcast.single),
        most,
      );
    });
  const stateOf = async (id: string): Promise<string | undefined> =>
    Object.values(await world.states(id))[0];

  it('single messages are handed out oldest first, as many as there is room for, each once', async () => {
    const ids = [await single('amy'), await single('bob'), await single('amy')];
    const first = await release(2);
    expect(first.map(({ broadcastId }) => broadcastId)).toEqual(ids.slice(0, 2).sort());
    expect(first).toContainEqual({ broadcastId: ids[0], openid: 'amy', nudge: 1, priority: true });
    expect(await release(5)).toMatchObject([{ broadcastId: ids[2] }]);
    expect(await release(5)).toEqual([]);
    for (const id of ids) await world.expectCountersToAgree(id);
  });

  it('single messages take no room from others while they wait for a later time, and are served when it comes', async () => {
    const id = await single('amy');
    await sql`update delivery set not_before = clock_now() + interval '1 hour'`.execute(world.db);
    expect(await release(5)).toEqual([]);
    await sql`update delivery set not_before = clock_now()`.execute(world.db);
    expect(await release(5)).toMatchObject([{ broadcastId: id }]);
  });

  it('single messages are skipped where somebody was suppressed meanwhile', async () => {
    const id = await single('amy');
    await sql`
      insert into suppression (account_id, openid, reason, since)
      values (${world.accountId}, 'amy', 'manual', clock_now())`.execute(world.db);
    expect(await release(5)).toEqual([]);
    expect(await stateOf(id)).toBe('skipped');
    await world.expectCountersToAgree(id);
  });

  it('single messages get their lost jobs again after a minute, and a claim of a dead worker back after half of one', async () => {
    const [lost, dead, doomed] = [await single('amy'), await single('bob'), await single('cleo')];
    await release(3);
    await sql`
      update delivery set queued_at = clock_now() - interval '61 seconds' where broadcast_id = ${lost}`.execute(
      world.db,
    );
    await sql`
      update delivery set state = 'sending', claimed_at = clock_now() - interval '31 seconds',
        in_doubt_since = clock_now() - interval '31 seconds'
      where broadcast_id in (${dead}, ${doomed})`.execute(world.db);
    await sql`update broadcast set created_at = clock_now() - interval '1 minute'`.execute(
      world.db,
    );
    const swept = await world.sweeps.takeLeases(4);
    expect(swept.map(({ id }) => id).sort()).toEqual([lost, dead, doomed].sort());
    const unprotected = swept.filter(({ id }) => id === doomed);
    const others = swept.filter(({ id }) => id !== doomed);

    expect(await world.sweeps.sweepSingles(others, false, true)).toEqual([
      { broadcastId: lost, openid: 'amy', nudge: 1, priority: true },
    ]);
    expect(await world.sweeps.sweepSingles(unprotected, false, false)).toEqual([]);
    expect([await stateOf(dead), await stateOf(doomed)]).toEqual(['pending', 'unknown']);
  });

  it('single messages are left to themselves for the first seconds', async () => {
    await single('amy');
    expect(await world.sweeps.takeLeases(4)).toEqual([]);
  });

  it('single messages are skipped by the sweep once they are cancelled', async () => {
    const id = await single('amy');
    await sql`
      update broadcast set state = 'cancelled', created_at = clock_now() - interval '1 minute'`.execute(
      world.db,
    );
    const swept = await world.sweeps.takeLeases(4);
    expect(swept).toMatchObject([{ id, single: true, cancelled: true }]);
    await world.sweeps.sweepSingles(swept, true, true);
    expect(await stateOf(id)).toBe('skipped');
  });

  it('single messages are closed together, but for those of which something is open', async () => {
    const [done, open] = [await single('amy'), await single('bob')];
    await sql`update delivery set state = 'accepted' where broadcast_id = ${done}`.execute(
      world.db,
    );
    await sql`
      update broadcast_counter set pending = 0, accepted = 1 where broadcast_id = ${done}`.execute(
      world.db,
    );
    const finishing = new Finishing(world.db);
    expect(await finishing.finishAll([done, open])).toBe(1);
    expect(await finishing.finishAll([done, open])).toBe(0);
    const rows = await world.db
      .selectFrom('broadcast')
      .select(['id', 'state'])
      .where('closedAt', 'is not', null)
      .execute();
    expect(rows).toEqual([{ id: done, state: 'finished' }]);
    const events = await world.db.selectFrom('broadcastEvent').select(['kind', 'data']).execute();
    expect(events).toMatchObject([
      { kind: 'finished', data: { total: 1, counts: { accepted: 1 } } },
    ]);
  });
});

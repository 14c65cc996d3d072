import { sql } from 'kysely';
import { EngineWorld } from '../../support/worlds/engine-world.js';

describe('release', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.open();
  });
  afterEach(() => world.close());

  const openids = (nudges: { openid: string }[]) => nudges.map(({ openid }) => openid).sort();

  it('release hands out in the order of openids, each once, and remembers how far it came', async () => {
    const broadcast = await world.broadcastTo('amy', 'bob', 'cleo', 'dan', 'eve');
    expect(openids(await world.release(broadcast, 2))).toEqual(['amy', 'bob']);
    expect(openids(await world.release(broadcast, 2))).toEqual(['cleo', 'dan']);
    expect(openids(await world.release(broadcast, 2))).toEqual(['eve']);
    expect(await world.release(broadcast, 2)).toEqual([]);
    await world.expectCountersToAgree(broadcast);
  });

  it('release passes skipped recipients without handing them out, however many', async () => {
    const people = Array.from({ length: 450 }, (_, i) => `p${String(i).padStart(4, '0')}`);
    const broadcast = await world.broadcastTo(...people);
    await sql`update delivery set state = 'skipped' where openid < 'p0440'`.execute(world.db);

    const released: string[] = [];
    for (let turn = 0; turn < 5; turn++)
      released.push(...openids(await world.release(broadcast, 4)));
    expect(released).toEqual(people.slice(440));
  });

  it('release serves rows that came back first, once they are due, under a new nudge', async () => {
    const broadcast = await world.broadcastTo('amy', 'bob');
    const [first] = await world.release(broadcast, 1);
    await world.settlements.settle((await world.claims.claim(first!))!, {
      kind: 'unsent',
      delayMs: 0,
    });

    const second = await world.release(broadcast, 1);
    expect(second).toEqual([
      { broadcastId: broadcast, openid: 'amy', nudge: first!.nudge + 1, priority: false },
    ]);
    await world.expectCountersToAgree(broadcast);
  });

  it('release spares who left or was suppressed meanwhile, unless an earlier attempt is in doubt', async () => {
    const broadcast = await world.broadcastTo('amy', 'bob', 'cleo', 'dan');
    await sql`
      insert into follower (account_id, openid, subscribed, as_of)
      values (${world.accountId}, 'amy', false, now()), (${world.accountId}, 'cleo', false, now()),
        (${world.accountId}, 'dan', true, now())`.execute(world.db);
    await sql`
      insert into suppression (account_id, openid, reason, since)
      values (${world.accountId}, 'bob', 'blocked', now())`.execute(world.db);
    await sql`update delivery set in_doubt_since = now() where openid = 'cleo'`.execute(world.db);

    expect(openids(await world.release(broadcast))).toEqual(['cleo', 'dan']);
    expect(await world.states(broadcast)).toEqual({
      amy: 'skipped',
      bob: 'skipped',
      cleo: 'queued',
      dan: 'queued',
    });
    expect((await world.row(broadcast, 'amy')).detail).toBe('unsubscribed');
    expect((await world.row(broadcast, 'bob')).detail).toBe('suppressed');
    const tallies = await world.db
      .selectFrom('broadcastTally')
      .select(['what', 'count'])
      .orderBy('what')
      .execute();
    expect(tallies).toEqual([
      { what: 'skipped:suppressed', count: '1' },
      { what: 'skipped:unsubscribed', count: '1' },
    ]);
    await world.expectCountersToAgree(broadcast);
  });

  it('release spares nobody who left a message that needs no follower', async () => {
    const broadcast = await world.broadcastTo('amy');
    await sql`update broadcast set channel = 'one-time'`.execute(world.db);
    await sql`
      insert into follower (account_id, openid, subscribed, as_of)
      values (${world.accountId}, 'amy', false, now())`.execute(world.db);
    expect(openids(await world.release(broadcast))).toEqual(['amy']);
  });

  it('release hands out no more than a canary before it has passed, but serves its rows that came back', async () => {
    const broadcast = await world.broadcastTo('amy', 'bob', 'cleo');
    await sql`update broadcast set canary = '{"first":2}', canary_size = 2`.execute(world.db);
    const [first] = await world.release(broadcast);
    expect(await world.release(broadcast)).toEqual([]);
    const claim = await world.claims.claim(first!);
    await world.settlements.settle(claim!, { kind: 'unsent', delayMs: 0 });
    expect(openids(await world.release(broadcast))).toEqual(['amy']);

    await sql`update broadcast set canary_passed_at = now()`.execute(world.db);
    expect(openids(await world.release(broadcast))).toEqual(['cleo']);
  });

  it('release leaves a row alone until it is due', async () => {
    const broadcast = await world.broadcastTo('amy', 'bob');
    const [first] = await world.release(broadcast, 1);
    const claim = await world.claims.claim(first!);
    await world.settlements.settle(claim!, { kind: 'unsent', delayMs: 60_000 });

    expect(openids(await world.release(broadcast))).toEqual(['bob']);
  });

  it('release is one worker at a time for an account', async () => {
    await world.broadcastTo('amy');
    await world.releases.inTransaction(async (tx) => {
      expect(await world.releases.takeLeases(tx, [world.accountId], 1_000)).toHaveLength(1);
      await world.releases.inTransaction(async (other) => {
        expect(await world.releases.takeLeases(other, [world.accountId], 1_000)).toEqual([]);
      });
    });
  });

  it('release sees a cursor move only together with its rows: a turn that fails leaves nothing behind', async () => {
    const broadcast = await world.broadcastTo('amy');
    const failing = world.releases.inTransaction(async (tx) => {
      const [open] = await world.releases.openBroadcasts(tx, [world.accountId]);
      await world.releases.release(tx, [{ broadcast: open!, limit: 10 }]);
      throw new Error('died');
    });
    await expect(failing).rejects.toThrow('died');
    expect(openids(await world.release(broadcast))).toEqual(['amy']);
  });
});

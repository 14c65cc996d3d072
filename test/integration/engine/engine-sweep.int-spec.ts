import { sql } from 'kysely';
import { EngineWorld } from '../../support/worlds/engine-world.js';

describe('the sweep', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.open();
  });
  afterEach(() => world.close());

  async function sweep(isProtected = true) {
    const [turn] = await world.sweeps.takeLeases(0);
    const returned = await world.sweeps.sweepReturned(turn!, isProtected);
    const page = await world.sweeps.sweepPage(turn!, turn!.sweptTo, isProtected);
    return { nudges: [...returned.nudges, ...page.nudges], sweptTo: page.sweptTo };
  }
  const age = (what: string, interval: string) =>
    sql`update delivery set ${sql.ref(what)} = clock_now() - ${sql.lit(interval)}::interval`.execute(
      world.db,
    );

  it('the sweep adds the job of a row that is queued for a minute again, under the same nudge', async () => {
    const broadcast = await world.broadcastTo('amy');
    const nudges = await world.release(broadcast);
    expect((await sweep()).nudges).toEqual([]);

    await age('queued_at', '61 seconds');
    expect((await sweep()).nudges).toEqual(nudges);
    // It was added just now: not again with the next beat.
    expect((await sweep()).nudges).toEqual([]);
    await world.expectCountersToAgree(broadcast);
  });

  it('the sweep takes a claim back after thirty seconds, keeps its doubt, and lets it be sent again', async () => {
    const broadcast = await world.broadcastTo('amy');
    const [nudge] = await world.release(broadcast);
    await world.claims.claim(nudge!);
    await sql`update delivery set claimed_at = claimed_at - interval '31 seconds',
      in_doubt_since = in_doubt_since - interval '31 seconds'`.execute(world.db);

    await sweep();
    const row = await world.row(broadcast, 'amy');
    expect(row.state).toBe('pending');
    expect(row.inDoubtSince).not.toBeNull();
    expect(await world.release(broadcast)).toHaveLength(1);
    await world.expectCountersToAgree(broadcast);
  });

  it('the sweep does not send again through a channel without protection: an abandoned claim is unknown', async () => {
    const broadcast = await world.broadcastTo('amy');
    const [nudge] = await world.release(broadcast);
    await world.claims.claim(nudge!);
    await age('claimed_at', '31 seconds');

    await sweep(false);
    expect(await world.states(broadcast)).toEqual({ amy: 'unknown' });
    await world.expectCountersToAgree(broadcast);
  });

  it.each(['pending', 'queued', 'sending'] as const)(
    'the sweep ends nine minutes of doubt wherever the row stands: %s',
    async (state) => {
      const broadcast = await world.broadcastTo('amy');
      const [first] = await world.release(broadcast);
      const claim = await world.claims.claim(first!);
      await world.settlements.settle(claim!, { kind: 'doubtful', delayMs: 0 });
      if (state !== 'pending') {
        const [second] = await world.release(broadcast);
        if (state === 'sending') await world.claims.claim(second!);
      }
      expect((await world.row(broadcast, 'amy')).state).toBe(state);
      await age('in_doubt_since', '9 minutes 1 second');

      await sweep();
      expect(await world.states(broadcast)).toEqual({ amy: 'unknown' });
      expect(await world.release(broadcast)).toEqual([]);
      await world.expectCountersToAgree(broadcast);
    },
  );

  it('the sweep closes a cancelled broadcast: what was never in doubt is skipped, the rest unknown', async () => {
    const broadcast = await world.broadcastTo('amy', 'bob', 'cleo', 'dan');
    const nudges = await world.release(broadcast, 3);
    const claim = await world.claims.claim(nudges.find(({ openid }) => openid === 'amy')!);
    await world.settlements.settle(claim!, { kind: 'doubtful', delayMs: 0 });
    await sql`update broadcast set state = 'cancelled'`.execute(world.db);

    await sweep();
    expect(await world.states(broadcast)).toEqual({
      amy: 'unknown',
      bob: 'skipped',
      cleo: 'skipped',
      dan: 'skipped',
    });
    await world.expectCountersToAgree(broadcast);
  });

  it('the sweep moves its mark up to the first row that is open, and past rows that wait by not_before', async () => {
    const broadcast = await world.broadcastTo('amy', 'bob', 'cleo');
    const nudges = await world.release(broadcast);
    const claims = await Promise.all(nudges.map((nudge) => world.claims.claim(nudge)));
    const of = (openid: string) => claims.find((claim) => claim?.openid === openid)!;

    expect((await sweep()).sweptTo).toBeNull();
    await world.settlements.settle(of('bob'), { kind: 'accepted', msgid: '2' });
    expect((await sweep()).sweptTo).toBeNull();
    await world.settlements.settle(of('amy'), { kind: 'unsent', delayMs: 60_000 });
    expect((await sweep()).sweptTo).toBe('bob');
  });

  it('the sweep is one worker at a time for a broadcast', async () => {
    await world.broadcastTo('amy');
    expect(await world.sweeps.takeLeases(60)).toHaveLength(1);
    expect(await world.sweeps.takeLeases(60)).toHaveLength(0);
  });
});

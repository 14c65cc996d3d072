import { sql } from 'kysely';
import { cancel } from '../../../src/broadcast/engine/lifecycle/cancel.js';
import { type HoldReason, PERSONAL_HOLDS } from '../../../src/broadcast/engine/record/states.js';
import { AccountHolds } from '../../../src/broadcast/engine/holds/account-holds.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

const REASONS: readonly HoldReason[] = [
  ...PERSONAL_HOLDS,
  ...(['quota', 'hours', 'account'] as const),
];
const PAIRS = REASONS.flatMap((first) =>
  REASONS.filter((second) => second !== first).map((second) => [first, second] as const),
);

describe('holds', () => {
  let world: EngineWorld;
  beforeAll(async () => {
    world = await EngineWorld.open();
  });
  beforeEach(() => sql`update pace set tokens = 10000`.execute(world.db));
  afterAll(() => world.close());

  const cancelIt = (id: string) => world.db.transaction().execute((tx) => cancel(tx, id));
  const standing = async (id: string): Promise<HoldReason[]> =>
    (
      await world.db
        .selectFrom('broadcastHold')
        .select('reason')
        .where('broadcastId', '=', id)
        .execute()
    ).map(({ reason }) => reason);
  /** Whether a message of it may go out now. */
  async function sends(id: string): Promise<boolean> {
    const [nudge] = await world.release(id, 1);
    if (!nudge) throw new Error('there is nobody left to send to');
    return (await world.claims.claim(nudge)) !== undefined;
  }

  it.each(PAIRS)(
    'holds of %s and then %s: each lifts only itself, in either order',
    async (a, b) => {
      for (const [first, second] of [
        [a, b],
        [b, a],
      ] as const) {
        const id = await world.broadcastTo('amy');
        expect(await world.holds.hold(id, { reason: a })).toBe(true);
        expect(await world.holds.hold(id, { reason: b })).toBe(true);
        expect(await world.holds.hold(id, { reason: a })).toBe(false);
        expect(await sends(id)).toBe(false);

        expect(await world.holds.lift(id, [first])).toEqual([first]);
        expect(await standing(id)).toEqual([second]);
        expect(await sends(id)).toBe(false);

        expect(await world.holds.lift(id, [second])).toEqual([second]);
        expect(await world.holds.lift(id, [first, second])).toEqual([]);
        expect(await sends(id)).toBe(true);
      }
    },
  );

  it('holds of all eight reasons: what a person lifts leaves those that lift themselves', async () => {
    const id = await world.broadcastTo('amy');
    for (const reason of REASONS) await world.holds.hold(id, { reason });
    expect((await world.holds.lift(id, PERSONAL_HOLDS)).toSorted()).toEqual(
      PERSONAL_HOLDS.toSorted(),
    );
    expect((await standing(id)).toSorted()).toEqual(['account', 'hours', 'quota']);
  });

  it('holds of one reason at once from many sides are one, told once', async () => {
    const id = await world.broadcastTo('amy');
    const added = await Promise.all(
      Array.from({ length: 8 }, () => world.holds.hold(id, { reason: 'problem', errcode: 40037 })),
    );
    expect(added.filter(Boolean)).toHaveLength(1);
    const events = await world.db
      .selectFrom('broadcastEvent')
      .select('kind')
      .where('broadcastId', '=', id)
      .execute();
    expect(events).toEqual([{ kind: 'held' }]);
  });

  it.each(REASONS)(
    'a hold of %s stops claims at once, and what was handed out comes back',
    async (reason) => {
      const id = await world.broadcastTo('amy', 'ben', 'cat');
      const nudges = await world.release(id);
      const [first, ...others] = nudges;
      expect(await world.claims.claim(first!)).toBeDefined();

      await world.holds.hold(id, { reason });
      for (const nudge of others) expect(await world.claims.claim(nudge)).toBeUndefined();
      expect(await world.states(id)).toEqual({ amy: 'sending', ben: 'pending', cat: 'pending' });
      await world.expectCountersToAgree(id);

      await world.holds.lift(id, [reason]);
      const again = await world.release(id);
      expect(again.map(({ openid }) => openid)).toEqual(['ben', 'cat']);
      for (const nudge of again) expect(await world.claims.claim(nudge)).toBeDefined();
    },
  );

  it('holds of an account stand on all that it has begun, once, and lift together without the other reasons', async () => {
    const many = new AccountHolds(world.db);
    const ids = [await world.broadcastTo('amy'), await world.broadcastTo('amy')];
    const [paused, cancelled, early] = [
      await world.broadcastTo('amy'),
      await world.broadcastTo('amy'),
      await world.broadcastTo('amy'),
    ];
    await world.holds.hold(paused, { reason: 'operator' });
    await cancelIt(cancelled);
    await sql`update broadcast set started_at = null where id = ${early}`.execute(world.db);
    const nudges = await world.release(ids[0]!, 1);
    const until = new Date(Date.now() + 3_600_000);
    await Promise.all(
      [1, 2, 3].map(() => many.holdAccount(world.accountId, { reason: 'quota', until })),
    );

    for (const id of ids) expect(await standing(id)).toEqual(['quota']);
    expect((await standing(paused)).toSorted()).toEqual(['operator', 'quota']);
    expect([...(await standing(cancelled)), ...(await standing(early))]).toEqual([]);
    expect(await world.claims.claim(nudges[0]!)).toBeUndefined();
    const told = await world.db
      .selectFrom('broadcastEvent')
      .select('data')
      .where('broadcastId', '=', ids[0]!)
      .where('kind', '=', 'held')
      .execute();
    expect(told.map(({ data }) => data)).toMatchObject([
      { reason: 'quota', until: until.toISOString() },
    ]);

    await many.liftExpired();
    expect(await standing(ids[0]!)).toEqual(['quota']);
    await many.liftAccount(world.accountId, 'quota');
    for (const id of ids) expect(await standing(id)).toEqual([]);
    expect(await standing(paused)).toEqual(['operator']);

    await sql`update broadcast_hold set until = clock_now() where broadcast_id = ${paused}`.execute(
      world.db,
    );
    await many.liftExpired();
    expect(await standing(paused)).toEqual([]);
  });

  it('holds written in the middle of a flood of claims let none through afterwards', async () => {
    const openids = Array.from({ length: 400 }, (_, i) => `o${String(i).padStart(3, '0')}`);
    const id = await world.broadcastTo(...openids);
    const nudges = await world.release(id);
    const early = nudges.slice(0, 200).map((nudge) => world.claims.claim(nudge));
    const held = world.holds.hold(id, { reason: 'operator' });
    const meanwhile = nudges.slice(200, 300).map((nudge) => world.claims.claim(nudge));
    await held;
    const late = await Promise.all(nudges.slice(300).map((nudge) => world.claims.claim(nudge)));
    expect(late.filter((claim) => claim !== undefined)).toEqual([]);

    const granted = (await Promise.all([...early, ...meanwhile])).filter(Boolean).length;
    const states = Object.values(await world.states(id));
    expect(states.filter((state) => state === 'sending')).toHaveLength(granted);
    expect(states.filter((state) => state === 'pending')).toHaveLength(400 - granted);
    await world.expectCountersToAgree(id);
  });

  it('holds put on and lifted fifty times in a row leave nobody behind and nobody twice', async () => {
    const openids = Array.from({ length: 30 }, (_, i) => `o${String(i).padStart(2, '0')}`);
    const id = await world.broadcastTo(...openids);
    const granted: string[] = [];
    for (let cycle = 0; cycle < 50; cycle++) {
      const nudges = await world.release(id, 5);
      const claims = nudges.map((nudge) => world.claims.claim(nudge));
      const held = world.holds.hold(id, { reason: 'operator' });
      for (const claim of await Promise.all(claims)) if (claim) granted.push(claim.openid);
      await held;
      await world.holds.lift(id, ['operator']);
    }
    for (const nudge of await world.release(id)) {
      const claim = await world.claims.claim(nudge);
      if (claim) granted.push(claim.openid);
    }
    expect(granted.toSorted()).toEqual(openids);
    await world.expectCountersToAgree(id);
  });

  describe('are gone once it is cancelled', () => {
    it.each(REASONS)(
      'a hold of %s is gone once its broadcast is cancelled, and none comes back',
      async (reason) => {
        const id = await world.broadcastTo('amy');
        await world.holds.hold(id, { reason });
        expect(await cancelIt(id)).toBe(true);
        expect(await standing(id)).toEqual([]);
        expect(await world.holds.hold(id, { reason })).toBe(false);
        expect(await standing(id)).toEqual([]);
      },
    );
  });

  it('holds are not needed to stop a cancelled broadcast: nothing of it is claimed, whatever was handed out', async () => {
    const id = await world.broadcastTo('amy', 'ben', 'cat');
    const [first, second, third] = await world.release(id);
    const claim = await world.claims.claim(first!);
    await world.settlements.settle(claim!, { kind: 'doubtful', delayMs: 0 });
    const [retry] = await world.release(id);

    await cancelIt(id);
    for (const nudge of [retry, second, third])
      expect(await world.claims.claim(nudge!)).toBeUndefined();
    expect(await world.states(id)).toEqual({ amy: 'unknown', ben: 'skipped', cat: 'skipped' });
    await world.expectCountersToAgree(id);
  });

  it('holds leave a cancelled broadcast to the sweep: batch by batch to skipped, or unknown where in doubt', async () => {
    const openids = Array.from({ length: 5_300 }, (_, i) => `o${String(i).padStart(5, '0')}`);
    const id = await world.broadcastTo(...openids);
    const [doubtful] = await world.release(id, 1);
    const claim = await world.claims.claim(doubtful!);
    await world.settlements.settle(claim!, { kind: 'doubtful', delayMs: 600_000 });
    await cancelIt(id);

    const turns = await world.sweeps.takeLeases(0);
    const turn = turns.find((each) => each.id === id);
    const returned = await world.sweeps.sweepReturned(turn!, true);
    expect(returned.seen).toBe(1);
    const pages: number[] = [];
    for (let from = ''; ;) {
      const { seen, last } = await world.sweeps.sweepPage(turn!, from, true);
      pages.push(seen);
      if (last === null || seen < 5_000) break;
      from = last;
      // Each batch is whole, and counted, by itself.
      await world.expectCountersToAgree(id);
    }
    expect(pages).toEqual([5_000, 300]);
    const counts = await world.counters.counts(id);
    expect(counts).toMatchObject({ unknown: 1, skipped: 5_299, pending: 0, queued: 0 });
    await world.expectCountersToAgree(id);
  });
});

import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Claim } from '../../../src/broadcast/engine/send/claim.service.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';
import { monotonicClock } from '../../support/stores/monotonic-clock.js';

describe('a claim', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.open();
  });
  afterEach(() => world.close());

  /** Whether bytes could go to the socket at this moment of the monotonic clock. */
  const mayWriteAt = (claim: Claim, moment: number): boolean => {
    monotonicClock.standAt(moment);
    const may = claim.mayWrite();
    monotonicClock.giveBack();
    return may;
  };
  const somebodyWaits = async (): Promise<boolean> => {
    const { rows } = await sql`
      select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(world.db);
    return rows.length > 0;
  };

  it('a claim is granted to one caller, however many ask', async () => {
    const broadcast = await world.broadcastTo('amy');
    const [nudge] = await world.release(broadcast);

    const claims = await Promise.all([1, 2, 3, 4].map(() => world.claims.claim(nudge!)));

    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await world.row(broadcast, 'amy')).toMatchObject({ state: 'sending', attempts: 1 });
    await world.expectCountersToAgree(broadcast);
  });

  it('a claim is granted to one worker, when several ask for the same rows at once', async () => {
    const broadcast = await world.broadcastTo(...Array.from({ length: 300 }, (_, i) => `p${i}`));
    const nudges = await world.release(broadcast);
    const workers = Array.from({ length: 4 }, () => world.anotherClaimService());

    const claims = await Promise.all(workers.flatMap((w) => nudges.map((nudge) => w.claim(nudge))));

    expect(claims.filter(Boolean)).toHaveLength(300);
    await world.expectCountersToAgree(broadcast);
  });

  it('a claim begins doubt with the very time of the claim', async () => {
    const broadcast = await world.broadcastTo('amy');
    const [nudge] = await world.release(broadcast);
    await world.claims.claim(nudge!);

    const { claimedAt, inDoubtSince } = await world.row(broadcast, 'amy');
    expect(inDoubtSince).toEqual(claimedAt);
    const { rows } = await sql`select from delivery where in_doubt_since = claimed_at`.execute(
      world.db,
    );
    expect(rows).toHaveLength(1);
  });

  it('a claim is refused to a job of an earlier nudge, and does not touch the row', async () => {
    const broadcast = await world.broadcastTo('amy');
    const [nudge] = await world.release(broadcast);

    expect(await world.claims.claim({ ...nudge!, nudge: nudge!.nudge - 1 })).toBeUndefined();
    expect(await world.row(broadcast, 'amy')).toMatchObject({ state: 'queued' });
  });

  it('a claim meets a hold: the row goes back, due at once, and no attempt is spent', async () => {
    const broadcast = await world.broadcastTo('amy');
    const [nudge] = await world.release(broadcast);
    await world.holds.hold(broadcast, { reason: 'operator' });

    expect(await world.claims.claim(nudge!)).toBeUndefined();
    const row = await world.row(broadcast, 'amy');
    expect(row).toMatchObject({ state: 'pending', attempts: 0, inDoubtSince: null });
    expect(row.notBefore).not.toBeNull();
    await world.expectCountersToAgree(broadcast);
  });

  it.each([
    ['a held account', 'update account set held_at = clock_now()'],
    ['a faulty account', `update account set fault = '{"code":"x"}'`],
    ['a resting account', `update pace set paused_until = clock_now() + interval '1 minute'`],
  ])('a claim meets %s: the row goes back', async (_, change) => {
    const broadcast = await world.broadcastTo('amy');
    const [nudge] = await world.release(broadcast);
    await sql.raw(change).execute(world.db);

    expect(await world.claims.claim(nudge!)).toBeUndefined();
    expect(await world.row(broadcast, 'amy')).toMatchObject({ state: 'pending', attempts: 0 });
  });

  it('a claim takes a token of the bucket, and gives back what gets none, due at the refill', async () => {
    const broadcast = await world.broadcastTo('amy', 'bob', 'cleo');
    const nudges = await world.release(broadcast);
    await sql`update pace set rate = 0.01, tokens = 1, refilled_at = clock_now()`.execute(world.db);

    const began = Date.now();
    const claims = await Promise.all(nudges.map((nudge) => world.claims.claim(nudge)));

    expect(claims.filter(Boolean)).toHaveLength(1);
    const back = (await world.states(broadcast))['bob'] === 'pending' ? 'bob' : 'cleo';
    const row = await world.row(broadcast, back);
    expect(row.state).toBe('pending');
    expect(row.notBefore!.getTime()).toBeGreaterThan(began + 50_000);
    await world.expectCountersToAgree(broadcast);
  });

  it('a claim is not granted to a row nine minutes in doubt: that is unknown now', async () => {
    const broadcast = await world.broadcastTo('amy');
    const [nudge] = await world.release(broadcast);
    await sql`update delivery set in_doubt_since = clock_now() - interval '9 minutes 1 second'`.execute(
      world.db,
    );

    expect(await world.claims.claim(nudge!)).toBeUndefined();
    expect(await world.row(broadcast, 'amy')).toMatchObject({ state: 'unknown', attempts: 0 });
    const problems = await world.db.selectFrom('deliveryProblem').selectAll().execute();
    expect(problems).toMatchObject([{ state: 'unknown', openid: 'amy', errcode: 0 }]);
    await world.expectCountersToAgree(broadcast);
  });

  it('a claim knows how much of the doubt is left: its deadline lies within it', async () => {
    let [broadcast, asked, claim]: [string, number, Claim | undefined] = ['', 0, undefined];
    // A busy machine may take longer to ask than is left.
    while (claim === undefined) {
      broadcast = await world.broadcastTo('amy');
      const [nudge] = await world.release(broadcast);
      await sql`update delivery set in_doubt_since = clock_now() - interval '8 minutes 58.5 seconds'`.execute(
        world.db,
      );
      asked = performance.now();
      claim = await world.claims.claim(nudge!);
    }
    const granted = performance.now();
    const { claimedAt, inDoubtSince } = await world.row(broadcast, 'amy');
    const left = 540_000 - (claimedAt!.getTime() - inDoubtSince!.getTime());
    expect(left).toBeLessThanOrEqual(1_500);
    // The database's milliseconds are cut off twice.
    expect(mayWriteAt(claim, asked + left - 2)).toBe(true);
    expect(mayWriteAt(claim, granted + left + 2)).toBe(false);
  });

  it('a claim is good for two seconds, and its own wait for its turn counts', async () => {
    const broadcast = await world.broadcastTo('amy');
    const [nudge] = await world.release(broadcast);

    const asked = performance.now();
    let claimed: Promise<Claim | undefined> | undefined;
    const stillWaiting = await world.db.transaction().execute(async (tx) => {
      await sql`select from pace for update`.execute(tx);
      claimed = world.claims.claim(nudge!);
      while (!(await somebodyWaits())) await setTimeout(2);
      return performance.now();
    });
    const claim = await claimed;

    expect(mayWriteAt(claim!, asked + 1_999)).toBe(true);
    expect(mayWriteAt(claim!, stillWaiting + 2_000)).toBe(false);
  });

  it('a claim of a cancelled broadcast skips the row, or leaves it unknown if it is in doubt', async () => {
    const broadcast = await world.broadcastTo('amy', 'bob');
    const nudges = await world.release(broadcast);
    await sql`update delivery set in_doubt_since = clock_now() where openid = 'bob'`.execute(
      world.db,
    );
    await sql`update broadcast set state = 'cancelled'`.execute(world.db);

    expect(await Promise.all(nudges.map((n) => world.claims.claim(n)))).toEqual([
      undefined,
      undefined,
    ]);
    expect(await world.states(broadcast)).toEqual({ amy: 'skipped', bob: 'unknown' });
    await world.expectCountersToAgree(broadcast);
  });

  it('a claim keeps its bucket when many flushes wait for it at once: each row once, no token twice', async () => {
    const people = Array.from({ length: 600 }, (_, i) => `p${i}`);
    const broadcast = await world.broadcastTo(...people);
    const nudges = await world.release(broadcast);
    await sql`update pace set rate = 3000, tokens = 300, refilled_at = clock_now()`.execute(
      world.db,
    );
    const workers = Array.from({ length: 6 }, () => world.anotherClaimService());

    const startedAt = performance.now();
    const claims = await Promise.all(
      nudges.map((nudge, i) =>
        setTimeout(i % 40).then(() => workers[i % workers.length]!.claim(nudge)),
      ),
    );
    const seconds = (performance.now() - startedAt) / 1_000;

    const granted = claims.filter((claim) => claim !== undefined);
    expect(new Set(granted.map(({ openid }) => openid)).size).toBe(granted.length);
    expect(granted.length).toBeGreaterThan(0);
    expect(granted.length).toBeLessThanOrEqual(300 + 3000 * seconds);
    const { sending, pending } = await world.counters.counts(broadcast);
    expect([sending, sending + pending]).toEqual([granted.length, 600]);
    await world.expectCountersToAgree(broadcast);
  });
});

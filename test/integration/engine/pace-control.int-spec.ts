import { type Kysely, sql } from 'kysely';
import { RateIncrease } from '../../../src/broadcast/engine/rate/rate-increase.js';
import { ensurePace } from '../../../src/pacing/pace-row.js';
import { PaceControl } from '../../../src/pacing/pace-control.js';
import type { PacingTables } from '../../../src/pacing/pacing.tables.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

describe('the rate of an account', () => {
  let world: EngineWorld;
  let control: PaceControl;
  let rateIncrease: RateIncrease;

  beforeEach(async () => {
    world = await EngineWorld.open();
    control = new PaceControl(world.db as unknown as Kysely<PacingTables>);
    rateIncrease = new RateIncrease(control);
    // Time stands until a test moves it: a slow machine must not let a second pass.
    await sql`create table stopped_clock as select clock_now() as now`.execute(world.db);
    await sql`
      create or replace function clock_now() returns timestamptz language sql volatile
      as 'select now from stopped_clock'`.execute(world.db);
  });
  afterEach(() => world.close());

  const pass = (seconds: number): Promise<unknown> =>
    sql`update stopped_clock set now = now + make_interval(secs => ${seconds})`.execute(world.db);
  const cap = (sends: number): Promise<unknown> =>
    sql`update account set sends_per_second = ${sends}`.execute(world.db);

  /** At this rate since long ago, without a backoff. */
  async function goingAt(rate: number): Promise<void> {
    await sql`
      update pace set rate = ${rate}, rate_changed_at = clock_now() - interval '1 hour'`.execute(
      world.db,
    );
    await sql`update pace set refilled_at = clock_now()`.execute(world.db);
  }

  const pace = async () => {
    const { rows } = await sql<{ rate: number; trouble: string | null; fell: boolean }>`
      select rate, trouble, fell_at is not null as fell from pace`.execute(world.db);
    return rows[0]!;
  };
  const rate = async (): Promise<number> => (await pace()).rate;

  const backOff = (limit = 1_000) => control.backOff(world.accountId, 'busy', limit);
  const rest = () => control.rest(world.accountId, 1_000);
  /** Many processes ask at one moment. */
  const atOnce = <Answer>(tell: () => Promise<Answer>) =>
    Promise.all(Array.from({ length: 8 }, () => tell()));

  const lease = async () =>
    (
      await world.releases.inTransaction((tx) =>
        world.releases.takeLeases(tx, [world.accountId], 1_000),
      )
    )[0]!;
  /** As a release does with each lease, while the account sends all that it may. */
  async function increase(): Promise<number> {
    const now = await lease();
    await rateIncrease.increase(world.accountId, now, now.rate);
    return rate();
  }
  /** The rate, second by second. */
  async function increases(seconds: number): Promise<number[]> {
    const rates: number[] = [];
    for (let second = 0; second < seconds; second++) {
      await pass(1);
      rates.push(await increase());
    }
    return rates;
  }

  describe('when WeChat is busy', () => {
    it('the rate of an account when WeChat is busy is halved once a second, however many processes ask', async () => {
      await goingAt(400);
      expect((await atOnce(backOff)).filter(Boolean)).toHaveLength(1);
      expect(await pace()).toEqual({ rate: 200, trouble: 'busy', fell: true });
      await pass(1);
      expect(await backOff()).toBe(false);
      await pass(0.001);
      expect(await backOff()).toBe(true);
      expect(await rate()).toBe(100);
    });

    it('the rate of an account when WeChat is busy falls to half of what the account may send, where it stands above that', async () => {
      await goingAt(1_000);
      await backOff(300);
      expect(await rate()).toBe(150);
    });

    it.each([
      ['by a backoff', () => backOff()],
      ['by 45011', () => rest()],
    ])(
      'the rate of an account when WeChat is busy does not fall below ten a second %s',
      async (_, halve) => {
        await goingAt(15);
        for (let again = 0; again < 3; again++) {
          await halve();
          expect(await rate()).toBe(10);
          await pass(61);
        }
      },
    );
  });

  describe('after 45011', () => {
    it('the rate of an account after 45011 lets nothing out for a minute, and then half as much', async () => {
      await goingAt(400);
      await rest();
      const openids = Array.from({ length: 200 }, (_, i) => `o${String(i).padStart(4, '0')}`);
      const broadcast = await world.broadcastTo(...openids);
      /** A tenth of a second of the rate is what the account's bucket holds. */
      const goOut = async (): Promise<number> => {
        const nudges = await world.release(broadcast);
        const claims = await Promise.all(nudges.map((nudge) => world.claims.claim(nudge)));
        return claims.filter(Boolean).length;
      };

      expect(await goOut()).toBe(0);
      await pass(59.9);
      expect((await lease()).stopped).toBe(true);
      expect(await goOut()).toBe(0);
      await pass(0.1);
      expect((await lease()).stopped).toBe(false);
      // A bucket of twenty, and what may be claimed ahead of the rate.
      expect(await goOut()).toBe(45);
      expect(await pace()).toEqual({ rate: 200, trouble: 'limited', fell: true });
    });

    it('the rate of an account after 45011 is halved once for all refusals of that moment, and again for one that comes later', async () => {
      await goingAt(400);
      await atOnce(rest);
      await pass(5);
      await rest();
      expect(await rate()).toBe(200);
      await pass(0.001);
      await rest();
      expect(await rate()).toBe(100);
      // The later one began the minute anew.
      await pass(59.9);
      expect((await lease()).stopped).toBe(true);
    });
  });

  it('the rate of an account is halved by 45011 from what the account may send now', async () => {
    await goingAt(1_000);
    await cap(100);
    await rest();
    expect(await rate()).toBe(50);
  });

  it('the rate of an account is halved once where a backoff and 45011 come together', async () => {
    await goingAt(400);
    await backOff();
    await rest();
    expect(await rate()).toBe(200);
  });

  describe('while it increases', () => {
    it('the rate of an account while it increases begins at fifty, and doubles each second up to the cap', async () => {
      await sql`delete from pace`.execute(world.db);
      await ensurePace(world.db, world.accountId);
      expect(await rate()).toBe(50);
      expect(await increase()).toBe(50);
      expect(await increases(6)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    });

    it.each([
      [200, [105, 110, 115]],
      [1_000, [520, 540, 560]],
    ])(
      'the rate of an account while it increases increases to a cap of %i by steps after a backoff',
      async (limit, rates) => {
        await cap(limit);
        await goingAt(limit);
        await backOff(limit);
        expect(await increase()).toBe(limit / 2);
        expect(await increases(3)).toEqual(rates);
      },
    );

    it('the rate of an account while it increases has no backoff reason any more once it is back at the cap', async () => {
      await cap(40);
      await goingAt(40);
      await backOff(40);
      expect(await increases(3)).toEqual([25, 30, 35]);
      expect(await pace()).toMatchObject({ trouble: 'busy', fell: true });
      await increases(1);
      expect(await pace()).toEqual({ rate: 40, trouble: null, fell: false });
    });

    it('the rate of an account while it increases stays where it is while sends are serial', async () => {
      await goingAt(100);
      await control.setSerial(world.accountId, true);
      expect(await increases(2)).toEqual([100, 100]);
      await control.setSerial(world.accountId, false);
      expect(await increases(1)).toEqual([200]);
    });

    it('the rate of an account while it increases starts slowly again after a minute in which nothing was claimed', async () => {
      await goingAt(800);
      await backOff();
      await goingAt(400);
      await pass(60);
      expect(await increase()).toBe(420);
      await pass(0.001);
      expect(await increase()).toBe(50);
      expect(await pace()).toMatchObject({ trouble: null, fell: false });
    });

    it('the rate of an account while it increases starts slowly again after a minute of leases in which nothing could be sent', async () => {
      await goingAt(800);
      for (let half = 0; half < 3; half++) {
        await pass(30);
        await world.releases.inTransaction(async (tx) => {
          const ended = { lease: await lease(), credit: 0, nextIn: 0, waiting: false, queued: 0 };
          await world.releases.endLeases(tx, [ended]);
        });
      }
      expect(await increase()).toBe(50);
    });

    it('the rate of an account while it increases does not take a rest for silence', async () => {
      await goingAt(800);
      await rest();
      await pass(61);
      expect(await increase()).toBeGreaterThanOrEqual(400);
    });

    it('the rate of an account while it increases starts no faster than the cap', async () => {
      await goingAt(800);
      await cap(20);
      await pass(61);
      expect(await increase()).toBe(20);
    });

    it('the rate of an account while it increases does not undo a backoff that came after it was reckoned', async () => {
      await goingAt(400);
      await backOff();
      await control.increase(world.accountId, 400, 800, 800);
      await control.restart(world.accountId, 400, 50);
      expect(await pace()).toEqual({ rate: 200, trouble: 'busy', fell: true });
    });
  });
});

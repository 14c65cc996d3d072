import { sql } from 'kysely';
import { AccountHealthReader } from '../../../src/accounts/account-health.js';
import type { AccountsService } from '../../../src/accounts/accounts.service.js';
import { ConsecutiveFailureBreaker } from '../../../src/broadcast/engine/breakers/consecutive-failure-breaker.js';
import { FailureRateBreaker } from '../../../src/broadcast/engine/breakers/failure-rate-breaker.js';
import { AccountHolds } from '../../../src/broadcast/engine/holds/account-holds.js';
import { TokenWatch } from '../../../src/broadcast/engine/breakers/token-watch.js';
import type { DeliveryState } from '../../../src/broadcast/engine/record/states.js';
import { WechatRefusal } from '../../../src/wechat/wechat.errors.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

describe('circuit breakers', () => {
  let world: EngineWorld;
  let shares: FailureRateBreaker;
  let id: string;
  beforeEach(async () => {
    world = await EngineWorld.open();
    shares = new FailureRateBreaker(world.db, world.holds);
    id = await world.broadcastTo();
  });
  afterEach(() => world.close());

  /** What the counters say, in a lane of its own each time. */
  let lane = 0;
  const count = async (
    counts: Partial<Record<DeliveryState, number>>,
    errors: Record<number, number> = {},
  ) => {
    await world.db
      .insertInto('broadcastCounter')
      .values({ broadcastId: id, lane: `test-${lane++}`, ...counts })
      .execute();
    for (const [errcode, n] of Object.entries(errors))
      await world.db
        .insertInto('broadcastError')
        .values({ broadcastId: id, errcode: Number(errcode), lane: `test-${lane++}`, count: n })
        .execute();
  };
  const holds = () =>
    world.db.selectFrom('broadcastHold').selectAll().where('broadcastId', '=', id).execute();
  const events = async (kind: string) =>
    (
      await world.db
        .selectFrom('broadcastEvent')
        .select('data')
        .where('broadcastId', '=', id)
        .where('kind', '=', kind)
        .execute()
    ).map(({ data }) => data);

  it('circuit breakers hold where more than one in twenty openids are not of this account, and say so', async () => {
    await count({ accepted: 94, refused: 5 }, { 40003: 5 });
    await shares.run();
    expect(await holds()).toEqual([]);

    await count({ refused: 1 }, { 40003: 1 });
    await shares.run();
    expect(await holds()).toMatchObject([
      {
        reason: 'problem',
        code: 'wrong_account',
        errcode: 40003,
        detail: expect.stringContaining('6 of 100 (6 %)'),
      },
    ]);
    expect(await events('held')).toMatchObject([{ reason: 'problem', code: 'wrong_account' }]);
  });

  it('circuit breakers trip once: a person who lifted it has decided', async () => {
    await count({ accepted: 90, refused: 10 }, { 40003: 10 });
    await shares.run();
    expect(await world.holds.lift(id, ['problem'])).toEqual(['problem']);
    await count({ refused: 500 }, { 40003: 500 });
    await shares.run();
    expect(await holds()).toEqual([]);
  });

  it('circuit breakers hold where too many of the first thousand are refused, naming the codes', async () => {
    await count({ accepted: 240, refused: 61 }, { 43004: 50, 40003: 11 });
    await shares.run();
    expect(await holds()).toMatchObject([
      {
        code: 'refusals',
        errcode: 43004,
        detail: expect.stringContaining('43004 × 50, 40003 × 11'),
      },
    ]);
  });

  it('circuit breakers leave a broadcast alone that came through its first thousand', async () => {
    await count({ accepted: 900, refused: 100 }, { 43004: 100 });
    await shares.run();
    await count({ refused: 2_000 }, { 43004: 2_000 });
    await new FailureRateBreaker(world.db, world.holds).run();
    expect(await holds()).toEqual([]);
  });

  it('circuit breakers hold where too many receipts say that people block us', async () => {
    await count({ accepted: 600, delivered: 79, blocked: 21 });
    await shares.run();
    expect(await holds()).toMatchObject([
      { code: 'blocks', errcode: null, detail: expect.stringContaining('21 of 100 (21 %)') },
    ]);
  });

  it('circuit breakers wait for a problem that stands to be lifted, and are not lost behind it', async () => {
    await world.holds.hold(id, { reason: 'problem', code: 'wechat_refused', errcode: 43116 });
    await count({ accepted: 50, refused: 50 }, { 40003: 50 });
    await shares.run();
    expect(await holds()).toMatchObject([{ errcode: 43116 }]);
    await world.holds.lift(id, ['problem']);
    await shares.run();
    expect(await holds()).toMatchObject([{ code: 'wrong_account' }]);
  });

  it('circuit breakers hold once in several workers', async () => {
    await count({ accepted: 50, refused: 50 }, { 40003: 50 });
    await Promise.all(
      Array.from({ length: 4 }, () => new FailureRateBreaker(world.db, world.holds).run()),
    );
    expect(await events('held')).toHaveLength(1);
  });

  it.each(['test', 'single'])('circuit breakers leave a %s message alone', async (purpose) => {
    await sql`update broadcast set purpose = ${purpose}`.execute(world.db);
    await count({ refused: 200 }, { 40003: 200 });
    await shares.run();
    expect(await holds()).toEqual([]);
  });

  describe('on an account whose token does not last', () => {
    let fetchedAt: Date;
    let expiresAt: Date;
    let tokens: TokenWatch;
    beforeEach(() => {
      fetchedAt = expiresAt = new Date('2030-01-01T00:00:00Z');
      const health = new AccountHealthReader();
      health.learnFrom('token', (asked) =>
        Promise.resolve(new Map(asked.map(({ id }) => [id, { fetchedAt, expiresAt }]))),
      );
      const accounts = { byId: () => Promise.resolve({ id: world.accountId }) };
      tokens = new TokenWatch(
        world.db,
        accounts as unknown as AccountsService,
        health,
        new AccountHolds(world.db),
      );
    });
    /** Somebody renews the token so many times, at this distance, and it is looked at each time. */
    const renewals = async (times: number, everyMs: number) => {
      for (let i = 0; i < times; i++) {
        fetchedAt = new Date(fetchedAt.getTime() + everyMs);
        expiresAt = new Date(fetchedAt.getTime() + 7_200_000);
        await tokens.run();
        await tokens.run();
      }
    };

    it('circuit breakers on an account whose token does not last hold when it is renewed more than three times in a minute, and again after a lift', async () => {
      await renewals(3, 15_000);
      expect(await holds()).toEqual([]);
      await renewals(1, 15_000);
      expect(await holds()).toMatchObject([
        { code: 'token_storm', detail: expect.stringContaining('another system renews') },
      ]);
      await world.holds.lift(id, ['problem']);
      await renewals(3, 15_000);
      expect(await holds()).toEqual([]);
      await renewals(1, 15_000);
      expect(await holds()).toHaveLength(1);
    });

    it('circuit breakers on an account whose token does not last leave it alone where the same token is fetched again and again', async () => {
      await renewals(1, 15_000);
      for (let i = 0; i < 20; i++) {
        fetchedAt = new Date(fetchedAt.getTime() + 2_000);
        // What is left of its life comes in whole seconds.
        expiresAt = new Date(expiresAt.getTime() + (i % 2 === 0 ? 900 : -900));
        await tokens.run();
      }
      expect(await holds()).toEqual([]);
    });

    it('circuit breakers on an account whose token does not last leave it alone where it is renewed now and then', async () => {
      await renewals(20, 25_000);
      expect(await holds()).toEqual([]);
    });
  });

  describe('on the same unknown code in a row', () => {
    const hear = (
      consecutiveFailureBreaker: ConsecutiveFailureBreaker,
      errcode: number,
      times: number,
    ) => {
      for (let i = 0; i < times; i++)
        consecutiveFailureBreaker.answered(
          { accountId: world.accountId, broadcastId: id, openid: `o${i}` },
          new WechatRefusal('/send', errcode, `what is this rid: 6710-${i}`),
        );
    };
    const appear = async () => {
      while ((await holds()).length === 0) await new Promise(setImmediate);
      return holds();
    };

    it('circuit breakers on the same unknown code in a row hold once, with the rid and one of the recipients as a sample', async () => {
      hear(new ConsecutiveFailureBreaker(world.holds), 99_999, 21);
      expect(await appear()).toMatchObject([
        { code: 'unknown_code', errcode: 99_999, rid: '6710-20', openid: 'o20' },
      ]);
    });

    it('circuit breakers on the same unknown code in a row hold once for each code', async () => {
      hear(new ConsecutiveFailureBreaker(world.holds), 99_999, 21);
      await appear();
      await world.holds.lift(id, ['problem']);
      expect(await world.holds.trip(id, 'unknown_code:99999', { reason: 'problem' })).toBe(false);
      hear(new ConsecutiveFailureBreaker(world.holds), 88_888, 21);
      expect(await appear()).toMatchObject([{ errcode: 88_888 }]);
    });
  });
});

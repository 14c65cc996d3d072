import { type Kysely, sql, type Transaction } from 'kysely';
import { AccountRepository } from '../../../src/accounts/account.repository.js';
import type { AccountTables } from '../../../src/accounts/account.tables.js';
import type { AccountsService } from '../../../src/accounts/accounts.service.js';
import { AccountHolds } from '../../../src/broadcast/engine/holds/account-holds.js';
import { QuotaHolds } from '../../../src/broadcast/engine/release/quota-holds.js';
import type { Claim } from '../../../src/broadcast/engine/send/claim.service.js';
import type { Outcome } from '../../../src/broadcast/engine/send/outcome.js';
import { SendingConfig, WechatConfig } from '../../../src/config/config.js';
import { ProxyConfig } from '../../../src/config/proxy-config.js';
import { Clock } from '../../../src/kernel/clock.js';
import type { PacingTables } from '../../../src/pacing/pacing.tables.js';
import { PathQuotas } from '../../../src/pacing/path-quotas.js';
import { QuotaInquiry } from '../../../src/pacing/quota-inquiry.js';
import { type QuotaAsker, QuotaLedger } from '../../../src/pacing/quota-ledger.js';
import { nextQuotaReset, wechatDay, wechatDaySql } from '../../../src/pacing/wechat-day.js';
import { Simulator } from '../../../src/simulator/simulator.js';
import type { TokenService } from '../../../src/token/token.service.js';
import { WechatApi } from '../../../src/token/wechat-api.js';
import type { ChannelName } from '../../../src/wechat/message-channel.js';
import { PretendedWechats } from '../../../src/wechat/pretended-wechats.js';
import { WechatTransport } from '../../../src/wechat/wechat.transport.js';
import { eventually } from '../../support/worlds/channel-world.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

/** The world's account, as WeChat knows it. */
const APPID = 'wx0000000000000001';
const QUOTA_PATH = '/cgi-bin/openapi/quota/get';

describe('the daily quota', () => {
  let world: EngineWorld;
  let ledger: QuotaLedger;
  let clock: Clock;

  beforeEach(async () => {
    world = await EngineWorld.open();
    clock = new Clock(untilNoon());
    await sql`
      create or replace function clock_now() returns timestamptz language sql volatile
      as ${sql.lit(`select clock_timestamp() + interval '${clock.offsetMs} milliseconds'`)}`.execute(
      world.db,
    );
    ledger = new QuotaLedger(
      world.db as unknown as Kysely<PacingTables>,
      clock,
      new SendingConfig(1_000, 100_000),
    );
  });

  /** Far from midnight in Shanghai: what is heard in a day's first minutes is another matter. */
  function untilNoon(): number {
    const reset = nextQuotaReset(new Date(), 0).getTime();
    return Math.round(reset - 43_200_000 - Date.now());
  }
  /** Time stands at so many milliseconds after the beginning of the next WeChat day, for whoever asks Postgres. */
  const standAtMidnight = async (afterMs: number): Promise<Date> => {
    const at = new Date(nextQuotaReset(clock.now(), 0).getTime() + afterMs);
    await sql`
      create or replace function clock_now() returns timestamptz language sql volatile
      as ${sql.lit(`select '${at.toISOString()}'::timestamptz`)}`.execute(world.db);
    return at;
  };

  afterEach(() => world.close());

  const openids = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `o${String(i).padStart(4, '0')}`);

  async function claimAll(broadcastId: string): Promise<Claim[]> {
    const nudges = await world.release(broadcastId);
    const claims = await Promise.all(nudges.map((nudge) => world.claims.claim(nudge)));
    return claims.filter((claim) => claim !== undefined);
  }

  const limit = (calls: number): Promise<unknown> =>
    sql`update account set daily_quota = ${calls}`.execute(world.db);

  const learn = async (
    said: { limit: number; used: number },
    asker: QuotaAsker = 'routine',
  ): Promise<void> =>
    ledger.learn(world.accountId, 'template', { ...said, askedAt: await ledger.now(), asker });

  const standing = (channel: ChannelName = 'template') => ledger.statusOf(world.accountId, channel);

  it('the daily quota is counted by claims, and bounds them; who gets no call is back without an attempt', async () => {
    await limit(7);
    const broadcast = await world.broadcastTo(...openids(10));
    expect(await claimAll(broadcast)).toHaveLength(7);
    expect(await standing()).toMatchObject({ limit: 7, ours: 7, left: 0 });
    const { rows } = await sql`
      select state, attempts, not_before is not null as due, count(*)::integer as n
      from delivery where broadcast_id = ${broadcast} group by 1, 2, 3 order by 1`.execute(
      world.db,
    );
    expect(rows).toEqual([
      { state: 'pending', attempts: 0, due: true, n: 3 },
      { state: 'sending', attempts: 1, due: false, n: 7 },
    ]);
    await world.expectCountersToAgree(broadcast);
  });

  it('the daily quota is never exceeded by two workers that claim at once', async () => {
    await limit(50);
    const broadcast = await world.broadcastTo(...openids(200));
    const nudges = await world.release(broadcast);
    const workers = [world.claims, world.anotherClaimService(), world.anotherClaimService()];
    // All of them have begun before the first may count: none sees the day that it opens.
    const claims = await world.db.transaction().execute(async (tx) => {
      await sql`select from pace for update`.execute(tx);
      const claiming = nudges.map((nudge, i) => workers[i % workers.length]!.claim(nudge));
      await waiting(workers.length);
      return { claiming };
    });
    const granted = (await Promise.all(claims.claiming)).filter((claim) => claim !== undefined);
    expect(granted).toHaveLength(50);
    expect((await standing()).ours).toBe(50);
  });

  /** Until so many statements wait for a lock. */
  async function waiting(statements: number): Promise<void> {
    for (;;) {
      const { rows } = await sql`
        select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(world.db);
      if (rows.length >= statements) return;
    }
  }

  it('the daily quota keeps a reserve for other systems, and counts what they use', async () => {
    await sql`update account set quota_reserve_percent = 25`.execute(world.db);
    await learn({ limit: 100, used: 70 });
    expect(await standing()).toMatchObject({ limit: 100, perDay: 75, others: 70, left: 5 });
    const broadcast = await world.broadcastTo(...openids(10));
    expect(await claimAll(broadcast)).toHaveLength(5);
    // Four of our five have reached WeChat; the fifth must not become another's that was never made.
    await learn({ limit: 100, used: 74 });
    expect(await standing()).toMatchObject({ ours: 5, others: 70, left: 0 });
    // None is on its way any more: WeChat is right.
    await noneOnItsWay();
    await learn({ limit: 100, used: 74 });
    expect(await standing()).toMatchObject({ ours: 5, others: 69, left: 1 });
  });

  it('the daily quota takes the smaller of what WeChat and the operator say', async () => {
    await learn({ limit: 100, used: 0 });
    await limit(30);
    expect(await standing()).toMatchObject({ limit: 30, left: 30 });
    await limit(3_000);
    expect(await standing()).toMatchObject({ limit: 100, left: 100 });
  });

  it('the daily quota is endless while nobody has said a limit', async () => {
    const broadcast = await world.broadcastTo(...openids(20));
    expect(await claimAll(broadcast)).toHaveLength(20);
    expect(await standing()).toMatchObject({ limit: null, perDay: null, ours: 20, left: null });
  });

  it('the daily quota is given back where WeChat counts no call', async () => {
    await limit(10);
    const broadcast = await world.broadcastTo(...openids(4));
    const claims = await claimAll(broadcast);
    const outcomes: Outcome[] = [
      { kind: 'unsent', delayMs: 0, uncounted: true, noCall: true },
      { kind: 'unsent', delayMs: 0, errcode: -1 },
      { kind: 'accepted', msgid: '1' },
      { kind: 'doubtful', delayMs: 0 },
    ];
    await Promise.all(
      claims.map((claim, i) => world.settlements.settle(claim, outcomes[i] as Outcome)),
    );
    expect((await standing()).ours).toBe(3);
    const spared = await world.row(broadcast, (claims[0] as Claim).openid);
    expect(spared).toMatchObject({ state: 'pending', attempts: 1, spared: 1 });
    const [again] = await claimAll(broadcast);
    expect(again).toMatchObject({ openid: spared.openid, attempts: 2, tries: 1 });
  });

  /** As after ten seconds without a claim. */
  const noneOnItsWay = () =>
    sql`update pace set refilled_at = refilled_at - interval '11 seconds'`.execute(world.db);
  const clear = async (): Promise<void> => {
    await world.db
      .transaction()
      .execute((tx) =>
        ledger.forgetToday(tx as unknown as Transaction<PacingTables>, world.accountId),
      );
    await sql`
      insert into quota_clearing (account_id, asked_at, cleared_at)
      values (${world.accountId}, clock_now(), clock_now())
      on conflict (account_id) do update set cleared_at = excluded.cleared_at`.execute(world.db);
  };

  it('the daily quota after a clearing is not more than there is, whichever claims are given back', async () => {
    await limit(10);
    const before = await claimAll(await world.broadcastTo(...openids(4)));
    await clear();
    expect(await standing()).toMatchObject({ ours: 4, left: 10 });
    const noCall: Outcome = { kind: 'unsent', delayMs: 0, uncounted: true, noCall: true };
    await world.settlements.settle(before[0] as Claim, noCall);
    expect(await standing()).toMatchObject({ ours: 3, left: 10 });

    const after = await claimAll(await world.broadcastTo('p1', 'p2', 'p3'));
    expect(await standing()).toMatchObject({ ours: 6, left: 7 });
    await world.settlements.settle(before[1] as Claim, noCall);
    expect(await standing()).toMatchObject({ ours: 5, left: 7 });
    await world.settlements.settle(after[0] as Claim, noCall);
    expect(await standing()).toMatchObject({ ours: 4, left: 8 });
  });

  it('the daily quota that another system has cleared is there again once an operator asks, unless calls may be on their way', async () => {
    const broadcast = await world.broadcastTo(...openids(8));
    await learn({ limit: 10, used: 0 });
    expect(await claimAll(broadcast)).toHaveLength(8);
    await learn({ limit: 10, used: 0 }, 'operator');
    expect(await standing()).toMatchObject({ ours: 8, left: 2 });
    await noneOnItsWay();
    await learn({ limit: 10, used: 1 });
    expect(await standing()).toMatchObject({ ours: 8, left: 2 });
    await learn({ limit: 10, used: 1 }, 'operator');
    expect(await standing()).toMatchObject({ ours: 8, others: 0, left: 9 });
    // What others use from then on counts again.
    await learn({ limit: 10, used: 4 });
    expect(await standing()).toMatchObject({ ours: 8, others: 3, left: 6 });
  });

  it('the daily quota is used up once WeChat said 45009, whatever the figures say, until WeChat says otherwise', async () => {
    await limit(1_000);
    const broadcast = await world.broadcastTo(...openids(5));
    const askedAt = await ledger.now();
    await ledger.markSpent(world.accountId, 'template', clock.now());
    expect(await claimAll(broadcast)).toHaveLength(0);
    expect(await standing()).toMatchObject({ spent: true, left: 0 });
    // Asked before WeChat said so, answered after: older news.
    await ledger.learn(world.accountId, 'template', {
      limit: 1_000,
      used: 9,
      askedAt,
      asker: 'operator',
    });
    expect(await standing()).toMatchObject({ spent: true, left: 0 });
    // The hourly question: WeChat's figures are kinder than its 45009, which stands until the reset.
    await learn({ limit: 1_000, used: 10 });
    expect(await standing()).toMatchObject({ spent: true, left: 0 });
    await learn({ limit: 1_000, used: 10 }, 'operator');
    expect(await standing()).toMatchObject({ spent: false, left: 990 });
    expect(await claimAll(broadcast)).toHaveLength(5);
  });

  it('the daily quota is one of each channel: what bizsend spends is not taken from template', async () => {
    await limit(5);
    const biz = await world.broadcastTo(...openids(8));
    await sql`update broadcast set channel = 'bizsend'`.execute(world.db);
    const template = await world.broadcastTo(...openids(8));
    const nudges = [...(await world.release(biz)), ...(await world.release(template))];
    const claims = await Promise.all(nudges.map((nudge) => world.claims.claim(nudge)));
    for (const id of [biz, template])
      expect(claims.filter((claim) => claim?.broadcastId === id)).toHaveLength(5);
    expect(await standing('bizsend')).toMatchObject({ ours: 5, left: 0 });
    expect(await standing('template')).toMatchObject({ ours: 5, left: 0 });

    const given = claims.find((claim) => claim?.broadcastId === biz);
    await world.settlements.settle(given!, { kind: 'unsent', delayMs: 0, noCall: true });
    expect([(await standing('bizsend')).ours, (await standing('template')).ours]).toEqual([4, 5]);
  });

  it('the daily quota is used up by one channel alone: 45009 to bizsend holds nothing of template', async () => {
    const biz = await world.broadcastTo('amy');
    await sql`update broadcast set channel = 'bizsend'`.execute(world.db);
    const template = await world.broadcastTo('bob');
    await ledger.markSpent(world.accountId, 'bizsend', clock.now());
    await new AccountHolds(world.db).holdAccount(world.accountId, { reason: 'quota' }, 'bizsend');

    expect(await standing('bizsend')).toMatchObject({ spent: true, left: 0 });
    expect(await standing('template')).toMatchObject({ spent: false, left: null });
    const { rows } = await sql`select broadcast_id from broadcast_hold`.execute(world.db);
    expect(rows).toEqual([{ broadcastId: biz }]);
    expect(await claimAll(template)).toHaveLength(1);
  });

  describe('at midnight', () => {
    const before = (at: Date, ms: number) => new Date(at.getTime() - ms);
    const days = async () => {
      const { rows } = await sql<{ day: string }>`
        select day::text, others::integer, spent_at is not null as spent from quota_day`.execute(
        world.db,
      );
      return rows;
    };

    it('the daily quota at midnight is dated by the question: a figure that comes after midnight is yesterday’s', async () => {
      const answeredAt = await standAtMidnight(40);
      const askedAt = before(answeredAt, 80);
      await ledger.learn(world.accountId, 'template', {
        limit: 100,
        used: 100,
        askedAt,
        asker: 'routine',
      });
      expect(await days()).toEqual([{ day: wechatDay(askedAt, 0), others: 100, spent: false }]);
    });

    it('the daily quota at midnight is dated by the call: a 45009 that comes after midnight spends yesterday', async () => {
      const calledAt = before(await standAtMidnight(40), 80);
      await ledger.markSpent(world.accountId, 'template', calledAt);
      expect(await days()).toEqual([{ day: wechatDay(calledAt, 0), others: 0, spent: true }]);
      expect(await claimAll(await world.broadcastTo('amy'))).toHaveLength(1);
    });

    it('the daily quota at midnight believes WeChat’s figure over a 45009 of the day’s first minutes', async () => {
      const refusedAt = await standAtMidnight(2_000);
      await ledger.markSpent(world.accountId, 'template', refusedAt);
      const figures = {
        limit: 100,
        askedAt: await standAtMidnight(70_000),
        asker: 'routine',
      } as const;
      const spent = async () => (await days())[0];
      await ledger.learn(world.accountId, 'template', { ...figures, used: 100 });
      expect(await spent()).toMatchObject({ spent: true });
      await ledger.learn(world.accountId, 'template', { ...figures, used: 0 });
      expect(await spent()).toMatchObject({ spent: false });
    });
  });

  it('the daily quota is asked for before a start, and waited for a few seconds', async () => {
    const awaitsQuota = async () => {
      const [open] = await world.hot.transaction((tx) =>
        world.releases.openBroadcasts(tx, [world.accountId]),
      );
      return open?.awaits_quota;
    };
    await learn({ limit: 1_000, used: 0 });
    const broadcast = await world.broadcastTo(...openids(5));
    await sql`update broadcast set started_at = clock_now()`.execute(world.db);
    expect(await awaitsQuota()).toBe(true);
    await learn({ limit: 1_000, used: 0 });
    expect(await awaitsQuota()).toBe(false);
    await sql`delete from quota_limit`.execute(world.db);
    expect(await awaitsQuota()).toBe(true);
    await sql`update broadcast set purpose = 'single' where id = ${broadcast}`.execute(world.db);
    expect(await awaitsQuota()).toBe(false);
    await sql`update broadcast set purpose = 'broadcast', started_at = started_at - interval '4 seconds'`.execute(
      world.db,
    );
    expect(await awaitsQuota()).toBe(false);
  });

  describe('while a broadcast runs', () => {
    let wechat: Simulator;
    let transport: WechatTransport;
    let broadcast: string;
    beforeEach(async () => {
      wechat = await Simulator.start({ appid: APPID });
      // Does nothing, and counts the questions.
      wechat.addFault({ when: { path: QUOTA_PATH }, fault: { kind: 'delay', ms: 0 } });
      const config = new WechatConfig(wechat.url, true);
      transport = new WechatTransport(
        config,
        new SendingConfig(1, 1),
        new ProxyConfig(),
        new PretendedWechats(),
      );
      broadcast = await world.broadcastTo('amy');
      await sql`update broadcast set started_at = started_at - interval '3 hours'`.execute(
        world.db,
      );
    });
    afterEach(async () => {
      await transport.onApplicationShutdown();
      await wechat.close();
    });

    const asked = () => wechat.faults.list()[0]!.met;
    const learnedBefore = (minutes: number): Promise<unknown> =>
      sql`
        insert into quota_limit (account_id, channel, daily_limit, learned_at)
        values (${world.accountId}, 'template', 1, clock_now() - make_interval(mins => ${minutes}))
        on conflict (account_id, channel) do update set learned_at = excluded.learned_at`.execute(
        world.db,
      );
    /** What a worker does once a second. */
    const worker = (): QuotaHolds => {
      const token = wechat.tokens.issueStable(wechat.account()).value;
      const tokens = { tokenFor: () => Promise.resolve(token) } as unknown as TokenService;
      const accounts = new AccountRepository(world.db as unknown as Kysely<AccountTables>);
      return new QuotaHolds(
        world.db,
        accounts as unknown as AccountsService,
        ledger,
        new QuotaInquiry(
          new WechatApi(transport, tokens),
          ledger,
          new PathQuotas(world.db as unknown as Kysely<PacingTables>),
        ),
        new AccountHolds(world.db),
        clock,
        new SendingConfig(1_000, 100_000),
      );
    };

    // Runs do not wait for an answer: one who asks after them and waits comes after their questions.
    const askedByRuns = async (): Promise<number> => {
      await worker().ask(world.accountId, 'template');
      return asked() - 1;
    };

    it('the daily quota while a broadcast runs is asked for once an hour', async () => {
      await learnedBefore(61);
      await worker().run();
      await eventually(async () => ((await standing()).limit === 100_000 ? true : undefined));
      await worker().run();
      await learnedBefore(59);
      await worker().run();
      expect(await askedByRuns()).toBe(1);
    });

    it('the daily quota while a broadcast runs is noted as that of its path by the same question, so that the health of the account shows it', async () => {
      const paths = new PathQuotas(world.db as unknown as Kysely<PacingTables>);
      const noted = async () => (await paths.of([world.accountId])).get(world.accountId);
      expect(await noted()).toBeUndefined();
      await learnedBefore(61);
      await worker().run();
      const [quota] = await eventually(noted);
      expect(quota).toMatchObject({
        path: '/cgi-bin/message/template/send',
        limit: 100_000,
        used: 0,
        errcode: null,
      });
      expect(await askedByRuns()).toBe(1);
    });

    it('the daily quota while a broadcast runs is asked for again after a minute where a fresh day has nothing left', async () => {
      const midnight = await standAtMidnight(30_000);
      // As WeChat may answer in these moments: yesterday's figure.
      await ledger.learn(world.accountId, 'template', {
        limit: 100,
        used: 100,
        askedAt: new Date(midnight.getTime() - 20_000),
        asker: 'routine',
      });
      await worker().run();
      expect(await askedByRuns()).toBe(0);
      await standAtMidnight(60_000);
      await learnedBefore(2);
      await worker().run();
      expect(await askedByRuns()).toBe(1);
    });

    it('the daily quota while a broadcast runs is not asked for once it has ended', async () => {
      await sql`update broadcast set state = 'finished', closed_at = clock_now() where id = ${broadcast}`.execute(
        world.db,
      );
      await learnedBefore(61);
      await worker().run();
      expect(await askedByRuns()).toBe(0);
    });
  });

  it('the daily quota has days that SQL and the process reckon alike', async () => {
    for (const hour of [0, 3, 23])
      for (const at of [
        '2026-11-21T15:59:59.999Z',
        '2026-11-21T16:00:00Z',
        '2026-12-31T20:00:00Z',
      ]) {
        const { rows } = await sql<{ day: string }>`
          select (${sql.raw(wechatDaySql(`'${at}'::timestamptz`, String(hour)))})::text as day`.execute(
          world.db,
        );
        expect(rows[0]?.day).toBe(wechatDay(new Date(at), hour));
      }
  });
});

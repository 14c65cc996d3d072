import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { ReviewWatch } from '../../../src/broadcast/engine/breakers/review-watch.js';
import { InterceptedDeliveries } from '../../../src/broadcast/engine/reviews/intercepted-deliveries.js';
import { ReviewClosing } from '../../../src/broadcast/engine/reviews/review-closing.js';
import type { Claim } from '../../../src/broadcast/engine/send/claim.service.js';
import type { Outcome } from '../../../src/broadcast/engine/send/outcome.js';
import { Metrics } from '../../../src/metrics/metrics.js';
import { WechatRefusal } from '../../../src/wechat/wechat.errors.js';
import { inSeconds, ReceiptsWorld } from '../../support/worlds/receipts-world.js';

const RID = '6a0b1c2d-0a1b2c3d-4e5f6071';
const underReview = (msgid: string | null = null) =>
  ({ kind: 'reviewing', msgid, errcode: 40252, rid: RID }) as const;
const accepted = (msgid: string | null) => ({ kind: 'accepted', msgid }) as const;
const doubtful = { kind: 'doubtful', delayMs: 0 } as const;
const refused = { kind: 'refused', errcode: 43004, rid: 'r' } as const;
const SYSTEM_FAILED = 'failed: system failed';
const MINUTES = 60;

/** 40252: WeChat has the message under review, and sends it by itself if it passes. */
describe('a delivery under review', () => {
  let world: ReceiptsWorld;
  beforeEach(async () => {
    world = await ReceiptsWorld.open();
  });
  afterEach(async () => {
    await world.expectBooksToAgree();
    await world.close();
  });

  const db = () => world.engine.db;
  const row = (id: string, openid = 'amy') => world.engine.row(id, openid);
  const settle = (claim: Claim, outcome: Outcome) =>
    world.engine.settlements.settle(claim, outcome);
  const listed = async () =>
    (await db().selectFrom('deliveryReview').select('broadcastId').execute()).map(
      ({ broadcastId }) => broadcastId,
    );
  async function reviewed(msgid: string | null = null, openid = 'amy'): Promise<string> {
    const { id, claim } = await world.sendTo(openid);
    await settle(claim, underReview(msgid));
    return id;
  }
  /** Everything of this broadcast happened so many minutes earlier. */
  const age = async (id: string, minutes: number): Promise<void> => {
    const ago = `${minutes} minutes`;
    await sql`update delivery set claimed_at = claimed_at - ${ago}::interval,
      in_doubt_since = in_doubt_since - ${ago}::interval, reviewed_at = reviewed_at - ${ago}::interval
      where broadcast_id = ${id}`.execute(db());
    await sql`update delivery_review set since = since - ${ago}::interval
      where broadcast_id = ${id}`.execute(db());
  };
  const close = () => new ReviewClosing(world.engine.hot, world.engine.lane, new Metrics()).run();
  const waiting = async () =>
    (await world.receipts()).filter(({ broadcastId }) => broadcastId === null).length;
  const intercept = (sentAt: Date, content = '', template?: string) =>
    new InterceptedDeliveries(world.engine.hot, world.engine.lane, new Metrics()).refuse(
      { account_id: world.engine.accountId, template_id: 't', largest_id: '0' },
      [{ id: 1, openid: 'amy', content, sentAt }],
      template,
    );

  describe('as it is settled', () => {
    it('a delivery under review as it is settled is out of doubt and not open, keeps its rid, and has used up no try', async () => {
      const id = await reviewed();
      expect(await row(id)).toMatchObject({
        state: 'reviewing',
        errcode: 40252,
        rid: RID,
        msgid: null,
        notBefore: null,
        spared: 1,
        reviewedAt: expect.any(Date),
      });
      expect(await listed()).toEqual([id]);
      const { rows } = await sql<{ ours: number }>`
        select sum(ours)::integer as ours from quota_day`.execute(db());
      expect(rows).toEqual([{ ours: 1 }]);
    });

    it('a delivery under review as it is settled is never released, swept or claimed again, however old', async () => {
      const id = await reviewed();
      await age(id, 15);
      expect(await world.engine.release(id)).toEqual([]);
      const [turn] = await world.engine.sweeps.takeLeases(0);
      const swept = await world.engine.sweeps.sweepPage(turn!, '', true);
      expect(swept.nudges).toEqual([]);
      expect(await row(id)).toMatchObject({ state: 'reviewing', attempts: 1 });
    });

    it.each([
      ['pending', async (): Promise<void> => {}],
      ['queued', async (id: string): Promise<void> => void (await world.engine.release(id))],
      ['sending', async (id: string): Promise<void> => void (await world.claim(id))],
    ] as const)(
      'a delivery under review as it is settled takes the row while it is %s, though an older attempt brings it',
      async (state, bring) => {
        const { id, claim } = await world.sendTo();
        await settle(claim, doubtful);
        await bring(id);
        expect(await row(id)).toMatchObject({ state });
        await settle(claim, underReview());
        expect(await row(id)).toMatchObject({ state: 'reviewing', errcode: 40252 });
        expect(await listed()).toEqual([id]);
      },
    );

    it('a delivery under review as it is settled takes one that was given up, out of every book', async () => {
      const { id, claim } = await world.sendTo();
      await settle(claim, doubtful);
      await settle(await world.claim(id), refused);
      expect(await row(id)).toMatchObject({ state: 'unknown', errcode: 43004 });
      await settle(claim, underReview());
      expect(await row(id)).toMatchObject({ state: 'reviewing', errcode: 40252 });
    });

    it('a delivery under review as it is settled leaves what was accepted, delivered or sent anew alone', async () => {
      const { id, claim } = await world.sendTo();
      await settle(claim, accepted('7'));
      await settle(claim, underReview());
      expect(await row(id)).toMatchObject({ state: 'accepted' });
      await world.receive({});
      await settle(claim, underReview());
      expect(await row(id)).toMatchObject({ state: 'delivered', reviewedAt: null });

      const other = await world.sendTo('bob');
      await settle({ ...other.claim, attemptGroup: 1 }, underReview());
      expect(await row(other.id, 'bob')).toMatchObject({ state: 'sending' });
    });

    it('a delivery under review as it is settled gives way to an acceptance, and to nothing else', async () => {
      const { id, claim } = await world.sendTo();
      await settle(claim, underReview());
      await settle(claim, refused);
      await settle(claim, doubtful);
      await settle(claim, { kind: 'unknown' });
      expect(await row(id)).toMatchObject({ state: 'reviewing' });
      await settle(claim, accepted('7'));
      expect(await row(id)).toMatchObject({
        state: 'accepted',
        msgid: '7',
        errcode: null,
        rid: null,
        reviewedAt: expect.any(Date),
      });
      expect(await listed()).toEqual([]);
    });

    it('a delivery under review as it is settled ends unknown, with errcode and rid, while a process lives that does not know the state', async () => {
      await sql`insert into worker_process (id, slots, seen_at) values ('old', 1, clock_now())`.execute(
        db(),
      );
      const id = await reviewed();
      expect(await row(id)).toMatchObject({
        state: 'unknown',
        errcode: 40252,
        rid: RID,
        reviewedAt: expect.any(Date),
      });
      expect(await listed()).toEqual([]);

      await sql`update worker_process set seen_at = clock_now() - interval '1 minute'`.execute(
        db(),
      );
      const later = await reviewed(null, 'bob');
      expect(await row(later, 'bob')).toMatchObject({ state: 'reviewing' });
    });
  });

  describe('is moved', () => {
    it.each([
      ['success', 'delivered'],
      ['failed:user block', 'blocked'],
      [SYSTEM_FAILED, 'failed'],
    ])(
      'a delivery under review is moved by the receipt with its msgid (%s → %s), and sent to nobody again',
      async (status, state) => {
        const id = await reviewed('7');
        await sql`update broadcast set resend_failed = true`.execute(db());
        await world.receive({ status });
        expect(await row(id)).toMatchObject({ state, msgid: '7', errcode: null, attemptGroup: 0 });
        expect(await listed()).toEqual([]);
      },
    );

    it('a delivery under review is moved by a receipt whose msgid nobody knows, an hour later; the row keeps that msgid', async () => {
      const id = await reviewed();
      await age(id, 70);
      await world.receive({ msgid: '9' });
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state: 'delivered', msgid: '9', errcode: null });
      expect(await world.receipts()).toMatchObject([{ broadcastId: id, matchedBy: 'review' }]);
      expect(await listed()).toEqual([]);
    });

    it('a delivery under review is moved by two hours of silence to unknown, with 40252 and rid; a late receipt still settles it', async () => {
      const id = await reviewed();
      await age(id, 119);
      await close();
      expect(await row(id)).toMatchObject({ state: 'reviewing' });
      await age(id, 2);
      await close();
      expect(await row(id)).toMatchObject({ state: 'unknown', errcode: 40252, rid: RID });
      expect(await listed()).toEqual([]);
      await world.expectBooksToAgree();

      await world.receive({ msgid: '9', createTime: inSeconds(-5 * MINUTES) });
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state: 'delivered' });
    });

    it('a delivery under review is moved by several workers at once, and counted once', async () => {
      const ids = [await reviewed(), await reviewed(null, 'bob'), await reviewed(null, 'cat')];
      for (const id of ids) await age(id, 130);
      await Promise.all([close(), close(), world.receive({ msgid: '9' }), close()]);
      expect(await listed()).toEqual([]);
    });

    it('a delivery under review is moved in a broadcast that ended long before; until then its receipts are awaited', async () => {
      const id = await reviewed();
      await sql`update broadcast set state = 'finished', closed_at = clock_now(),
        ended_at = clock_now() - interval '25 hours'`.execute(db());
      const closedAt = async () =>
        (await db().selectFrom('broadcast').select('receiptsClosedAt').executeTakeFirstOrThrow())
          .receiptsClosedAt;
      await world.matchDue();
      expect(await closedAt()).toBeNull();
      await age(id, 130);
      await close();
      await world.matchDue();
      expect(await closedAt()).toEqual(expect.any(Date));
    });
  });

  describe('and other messages to the same person', () => {
    it.each<[string, () => Promise<string>]>([
      ['accepted without msgid', () => world.accepted(null)],
      ['unknown', () => world.unknown()],
      ['being sent', async () => (await world.sendTo()).id],
      ['under review too', () => reviewed()],
    ])(
      'a delivery under review and other messages to the same person: a receipt that may be of either decides nothing, another is %s',
      async (_what, another) => {
        const id = await reviewed();
        await age(id, 40);
        const other = await another();
        const before = (await row(other)).state;
        await world.receive({ msgid: '9' });
        await world.matchDue();
        expect(await row(id)).toMatchObject({ state: 'reviewing' });
        expect(await row(other)).toMatchObject({ state: before });
        expect(await waiting()).toBe(1);
        expect(await world.tally('contradicted')).toBe(0);
      },
    );

    it('a delivery under review and other messages to the same person leave a receipt alone that came while the other was in doubt: its acceptance finds it', async () => {
      const id = await reviewed();
      await age(id, 5);
      const { id: other, claim } = await world.sendTo();
      await world.receive({ msgid: '9' });
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state: 'reviewing' });
      await settle(claim, accepted('9'));
      expect(await row(other)).toMatchObject({ state: 'delivered', msgid: '9' });
      expect(await row(id)).toMatchObject({ state: 'reviewing' });
    });

    it('a delivery under review and other messages to the same person stay apart when one gives up: the receipt does not come to be about the other', async () => {
      const first = await reviewed();
      await age(first, 100);
      const second = await reviewed();
      await age(second, 20);
      await world.receive({ msgid: '9', createTime: inSeconds(-15 * MINUTES) });
      await world.matchDue();
      await age(first, 30);
      await age(second, 30);
      await sql`update receipt set create_time = create_time - interval '30 minutes'`.execute(db());
      await close();
      expect(await row(first)).toMatchObject({ state: 'unknown' });
      await world.matchDue();
      expect(await row(second)).toMatchObject({ state: 'reviewing' });
      expect(await waiting()).toBe(1);
    });

    it('a delivery under review and other messages to the same person of another system leave it alone: the ledger shows them', async () => {
      const id = await reviewed();
      await age(id, 70);
      await sql`
        insert into quota_day (account_id, channel, day, ours, others)
        select distinct ${world.engine.accountId}::integer, 'template',
          ((clock_now() - x * interval '1 minute') at time zone 'Asia/Shanghai')::date, 100, 11
        from unnest(array[0, 130]) x
        on conflict (account_id, day, channel) do update set others = excluded.others`.execute(
        db(),
      );
      await world.receive({ msgid: '9' });
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state: 'reviewing' });
    });

    it('a delivery under review and other messages to the same person of another system leave it alone: people to whom we sent nothing had receipts today', async () => {
      // In plain mode such a receipt may be anybody's, and proves nothing.
      await sql`update account set callback_mode = 'safe', sealed_encoding_aes_key = 'x'`.execute(
        db(),
      );
      const id = await reviewed();
      await age(id, 70);
      await world.receive({ msgid: '8', openid: 'stranger', createTime: inSeconds(-70 * MINUTES) });
      await world.matchDue();
      await world.receive({ msgid: '9' });
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state: 'reviewing' });
    });

    it('a delivery under review and other messages to the same person do not get its receipt when that is pushed again with another time', async () => {
      const id = await reviewed();
      await age(id, 40);
      await world.receive({ msgid: '9', createTime: inSeconds(-60) });
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state: 'delivered' });

      const other = await world.accepted(null);
      await world.receive({ msgid: '9' });
      await world.matchDue();
      expect(await row(other)).toMatchObject({ state: 'accepted' });
      expect((await world.receipts()).map(({ broadcastId }) => broadcastId)).toEqual([id, id]);
    });

    it('a delivery under review and other messages to the same person are told apart once one of them has a msgid of its own', async () => {
      const first = await reviewed();
      await age(first, 90);
      await world.receive({ msgid: '8', createTime: inSeconds(-80 * MINUTES) });
      await world.matchDue();
      expect(await row(first)).toMatchObject({ state: 'delivered', msgid: '8' });
      const second = await reviewed();
      await age(second, 30);
      await world.receive({ msgid: '9' });
      await world.matchDue();
      expect(await row(second)).toMatchObject({ state: 'delivered', msgid: '9' });
    });

    it('a delivery under review and other messages to the same person count from the first attempt on: its receipt may be older than the claim that told of the review', async () => {
      const { id, claim } = await world.sendTo();
      await settle(claim, doubtful);
      await age(id, 5);
      await settle(await world.claim(id), underReview());
      await world.receive({ msgid: '9', createTime: inSeconds(-4 * MINUTES) });
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state: 'delivered' });
    });

    it('a delivery under review and other messages to the same person of subscriptions never tell of a template message', async () => {
      const id = await reviewed();
      await world.receive({ msgid: '9', kind: 'subscription' });
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state: 'reviewing' });
    });

    it('receipts that wait for their delivery too, two hours before or after, leave a delivery under review alone', async () => {
      const id = await reviewed();
      await age(id, 100);
      await world.receive({ msgid: '8', createTime: inSeconds(-90 * MINUTES) }, { msgid: '9' });
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state: 'reviewing' });
      expect(await waiting()).toBe(2);
    });
  });

  it('a delivery under review meets the receipt that came before the answer with its msgid', async () => {
    const { id, claim } = await world.sendTo();
    await world.receive({ msgid: '9' });
    await settle(claim, underReview('9'));
    expect(await row(id)).toMatchObject({ state: 'delivered', msgid: '9' });
    expect(await listed()).toEqual([]);
  });

  it('a delivery under review among many is told once, in the events and in the health of the account, and holds nothing', async () => {
    const { id } = await world.sendTo();
    const to = { accountId: world.engine.accountId, broadcastId: id };
    const review = new WechatRefusal('/send', 40252, 'no');
    for (const watch of [new ReviewWatch(db()), new ReviewWatch(db())])
      for (let n = 0; n < 200; n++) watch.answered(to, n < 20 ? review : undefined);
    const told = () => db().selectFrom('accountReview').selectAll().execute();
    while ((await told()).length === 0) await sleep(5);
    expect(await told()).toMatchObject([{ broadcastId: id, percent: 20 }]);
    // Whoever comes second waits for the first, and finds it done.
    await db()
      .transaction()
      .execute((tx) =>
        tx.selectFrom('broadcast').select('id').where('id', '=', id).forUpdate().execute(),
      );
    const events = await db()
      .selectFrom('broadcastEvent')
      .select(['kind', 'data'])
      .where('broadcastId', '=', id)
      .execute();
    expect(events).toEqual([{ kind: 'under_review', data: { part: 20, whole: 100, percent: 20 } }]);
    expect(await db().selectFrom('broadcastHold').select('reason').execute()).toEqual([]);
  });

  describe('that WeChat intercepted', () => {
    it('a delivery under review that WeChat intercepted is refused, says so, and is on no list of what is under review', async () => {
      const id = await reviewed();
      await age(id, 30);
      await intercept(inSeconds(-30 * MINUTES));
      expect(await row(id)).toMatchObject({
        state: 'refused',
        detail: 'intercepted',
        errcode: 40252,
        rid: RID,
      });
      expect(await listed()).toEqual([]);
    });

    it('a delivery under review that WeChat intercepted is refused as well where its first answer was lost: WeChat counts from the first attempt', async () => {
      const { id, claim } = await world.sendTo();
      await settle(claim, doubtful);
      await age(id, 5);
      await settle(await world.claim(id), underReview());
      await intercept(inSeconds(-5 * MINUTES));
      expect(await row(id)).toMatchObject({ state: 'refused', detail: 'intercepted' });
    });

    it.each([
      ["yesterday's of the same template and person", -24 * 60 * MINUTES],
      ['one from before it was claimed', -35 * MINUTES],
    ])(
      'a delivery under review that WeChat intercepted is another one than %s',
      async (_what, seconds) => {
        const id = await reviewed();
        await age(id, 30);
        await intercept(inSeconds(seconds));
        expect(await row(id)).toMatchObject({ state: 'reviewing' });
      },
    );

    it('a delivery under review that WeChat intercepted is neither of two with the same words; with other words it is the one that has them', async () => {
      const template = '课程：{{thing1.DATA}}';
      const [one, two] = [await reviewed(), await reviewed()];
      const say = (id: string, value: string) =>
        sql`update broadcast set message = ${JSON.stringify({ fields: { thing1: value } })}::jsonb
          where id = ${id}`.execute(db());
      await Promise.all([say(one, '数学'), say(two, '数学')]);
      await intercept(inSeconds(0), '课程： 数学', template);
      expect([(await row(one)).state, (await row(two)).state]).toEqual(['reviewing', 'reviewing']);
      await say(two, '语文');
      await intercept(inSeconds(0), '课程： 语文\n', template);
      expect([(await row(one)).state, (await row(two)).state]).toEqual(['reviewing', 'refused']);
    });

    it.each<[string, () => Promise<unknown>]>([
      ['unknown', () => world.unknown()],
      ['accepted without msgid', () => world.accepted(null)],
    ])(
      'a delivery under review that WeChat intercepted may have been another that is %s: neither is refused',
      async (_what, another) => {
        const id = await reviewed();
        await another();
        await intercept(inSeconds(0));
        expect(await row(id)).toMatchObject({ state: 'reviewing' });
      },
    );
  });
});

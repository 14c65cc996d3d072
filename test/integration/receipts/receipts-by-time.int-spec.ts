import { sql } from 'kysely';
import { inSeconds, ReceiptsWorld } from '../../support/worlds/receipts-world.js';

/** A receipt whose msgid we do not know may still settle the one delivery that it can be about. */
describe('receipts that no msgid matches', () => {
  let world: ReceiptsWorld;
  beforeEach(async () => {
    world = await ReceiptsWorld.open();
  });
  afterEach(async () => {
    await world.expectBooksToAgree();
    await world.close();
  });

  const row = (id: string, openid = 'amy') => world.engine.row(id, openid);
  /** Everything of this broadcast was sent so much earlier. */
  const age = (id: string, interval: string) =>
    sql`update delivery set claimed_at = claimed_at - ${interval}::interval,
      in_doubt_since = in_doubt_since - ${interval}::interval where broadcast_id = ${id}`.execute(
      world.engine.db,
    );
  const callbackMode = (mode: 'plain' | 'safe') =>
    sql`update account set callback_mode = ${mode}, sealed_encoding_aes_key = ${mode === 'plain' ? null : 'x'}`.execute(
      world.engine.db,
    );
  const waiting = async () =>
    (await world.receipts()).filter(({ broadcastId }) => broadcastId === null).length;

  it('receipts that no msgid matches settle an unknown delivery, and take its errcode out of every book', async () => {
    const id = await world.unknown();
    await world.receive({});
    expect(await row(id)).toMatchObject({ state: 'unknown', errcode: 43004 });

    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'delivered', errcode: null, rid: null });
    expect(await world.receipts()).toMatchObject([{ broadcastId: id, matchedBy: 'time' }]);
  });

  it('receipts that no msgid matches wait a minute before they are looked at', async () => {
    const id = await world.unknown();
    await world.receive({});
    await world.engine.unmatchedReceipts.run();
    expect(await row(id)).toMatchObject({ state: 'unknown' });
    const look = await sql<{ seconds: number }>`
      select extract(epoch from look_at - received_at)::float8 as seconds from receipt`.execute(
      world.engine.db,
    );
    expect(look.rows).toEqual([{ seconds: 60 }]);
  });

  it.each([
    ['failed:user block', 'blocked'],
    ['failed: system failed', 'failed'],
    ['failed: something new', 'failed'],
  ])('receipts that no msgid matches that say "%s" make it %s', async (status, state) => {
    const id = await world.unknown();
    await world.receive({ status });
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state, detail: status, errcode: null });
  });

  it('receipts that no msgid matches settle an accepted delivery that has no msgid', async () => {
    const id = await world.accepted(null);
    await world.receive({});
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'delivered' });
  });

  it('receipts that no msgid matches settle an accepted delivery with another msgid only if they have none themselves', async () => {
    const id = await world.accepted('5');
    await world.receive({ msgid: '6' });
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'accepted' });

    const other = await world.accepted('15', 'bob');
    await world.receive({ msgid: '0', openid: 'bob' });
    await world.matchDue();
    expect(await row(other, 'bob')).toMatchObject({ state: 'delivered', msgid: '15' });
  });

  it('receipts that no msgid matches of an unknown delivery with MsgID 0 settle it as well', async () => {
    const id = await world.unknown();
    await world.receive({ msgid: '0' });
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'delivered' });
  });

  it('receipts that no msgid matches are looked at again, when the delivery has come to be unknown meanwhile', async () => {
    const { id, claim } = await world.sendTo();
    await world.receive({});
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'sending' });

    await age(id, '9 minutes 1 second');
    await world.engine.settlements.settle(claim, { kind: 'doubtful', delayMs: 0 });
    expect(await row(id)).toMatchObject({ state: 'unknown' });
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'delivered' });
  });

  it.each([
    ['9 minutes 50 seconds', 0, 'delivered'],
    ['10 minutes 10 seconds', 0, 'unknown'],
    ['0 seconds', -20, 'delivered'],
    ['0 seconds', -40, 'unknown'],
  ])(
    'receipts that no msgid matches of a delivery sent %s ago and a receipt of %i s from now: %s',
    async (ago, seconds, becomes) => {
      const id = await world.unknown();
      await age(id, ago);
      await world.receive({ createTime: inSeconds(seconds) });
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state: becomes });
    },
  );

  it('receipts that no msgid matches decide nothing between two deliveries of the same minutes', async () => {
    const [one, two] = [await world.unknown(), await world.unknown()];
    await world.receive({});
    await world.matchDue();
    expect([(await row(one)).state, (await row(two)).state]).toEqual(['unknown', 'unknown']);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['is being sent', () => world.sendTo()],
    ['was accepted under its own msgid', () => world.accepted('99')],
    [
      'was delivered',
      async () => {
        await world.accepted('99');
        await world.receive({ msgid: '99' });
      },
    ],
    [
      'waits in doubt for another try',
      async () => {
        const { claim } = await world.sendTo();
        await world.engine.settlements.settle(claim, { kind: 'doubtful', delayMs: 60_000 });
      },
    ],
  ])(
    'receipts that no msgid matches decide nothing where another message to them %s',
    async (_what, other) => {
      const id = await world.unknown();
      await other();
      await world.receive({});
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state: 'unknown' });
      expect(await waiting()).toBe(1);
    },
  );

  it('receipts that no msgid matches are not confused by what was surely not sent, or long before', async () => {
    const id = await world.unknown();
    const { claim } = await world.sendTo();
    await world.engine.settlements.settle(claim, { kind: 'refused', errcode: 43004, rid: 'r' });
    await age(await world.unknown(), '15 minutes');
    await world.receive({});
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'delivered' });
  });

  it('receipts that no msgid matches are about two messages where their msgids differ, and decide nothing', async () => {
    const id = await world.unknown();
    await world.receive({ msgid: '5' }, { msgid: '6' });
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'unknown' });
  });

  it('receipts that no msgid matches of one message twice settle it once, and both are put to it', async () => {
    const id = await world.unknown();
    await world.receive({}, { createTime: inSeconds(1), status: 'failed:user block' });
    await world.matchDue();
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'delivered' });
    expect(await world.receipts()).toMatchObject([
      { broadcastId: id, matchedBy: 'time' },
      // The first has left its msgid on the row.
      { broadcastId: id, matchedBy: 'msgid' },
    ]);
    expect(await row(id)).toMatchObject({ msgid: '7' });
  });

  it('receipts that no msgid matches of a subscription message decide nothing about a template message, nor the other way round', async () => {
    const id = await world.unknown();
    await world.receive({ kind: 'subscription' });
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'unknown' });

    const notice = await world.unknown(43004, 'bob');
    await sql`update broadcast set channel = 'bizsend' where id = ${notice}`.execute(
      world.engine.db,
    );
    await world.receive({ openid: 'bob', msgid: '8' });
    await world.matchDue();
    expect(await row(notice, 'bob')).toMatchObject({ state: 'unknown' });
  });

  it('receipts that no msgid matches decide nothing on a day on which somebody had one to whom we sent nothing: another system sends', async () => {
    await callbackMode('safe');
    const id = await world.unknown();
    await world.receive({}, { openid: 'stranger', msgid: '8' });
    await world.matchDue();
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'unknown' });
  });

  it('receipts that no msgid matches in plain mode are no proof of another system: who forges one for a stranger holds nothing up', async () => {
    await callbackMode('plain');
    const id = await world.unknown();
    await world.receive({ openid: 'stranger', msgid: '8' });
    await world.matchDue();
    const noted = await sql`select from stranger_receipt`.execute(world.engine.db);
    expect(noted.rows).toEqual([]);

    await world.receive({}, { openid: 'another', msgid: '9' });
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'delivered' });
  });

  it('receipts that no msgid matches of two that may speak of one delivery neither does, though one is given up before the other', async () => {
    const id = await world.unknown();
    await world.receive({ msgid: '5' }, { msgid: '6', createTime: inSeconds(-1) });
    await sql`update receipt set received_at = clock_now() - interval '25 hours' where msgid = 5`.execute(
      world.engine.db,
    );
    await world.matchDue();
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'unknown' });
  });

  it("receipts that no msgid matches leave another account's delivery and another person's alone", async () => {
    const id = await world.unknown();
    await world.accepted('99', 'bob');
    await world.receive({ openid: 'bob' }, { accountId: world.engine.accountId + 1 });
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'unknown' });
    expect(await waiting()).toBe(2);
  });

  it.each([
    ['10 others', 'delivered', 10, 100],
    ['11 others', 'unknown', 11, 100],
    ['a hundredth of ours', 'delivered', 50, 5_000],
    ['more than a hundredth of ours', 'unknown', 51, 5_000],
  ])(
    'receipts that no msgid matches on a day on which others have sent (%s) leave it %s',
    async (_what, becomes, others, ours) => {
      const id = await world.unknown();
      await sql`
      insert into quota_day (account_id, channel, day, ours, others)
      select distinct ${world.engine.accountId}::integer, 'template', ((clock_now() - x * interval '1 minute') at time zone 'Asia/Shanghai')::date,
        ${ours}::bigint, ${others}::bigint from unnest(array[0, 20]) x
      on conflict (account_id, day, channel) do update set ours = excluded.ours, others = excluded.others`.execute(
        world.engine.db,
      );
      await world.receive({});
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state: becomes });
    },
  );

  it.each(['refused', 'skipped'] as const)(
    'receipts that no msgid matches contradict a %s delivery, which stays so, and are counted once',
    async (state) => {
      const { id, claim } = await world.sendTo();
      await world.engine.settlements.settle(claim, { kind: 'refused', errcode: 43004, rid: 'r' });
      if (state === 'skipped') {
        await sql`update delivery set state = 'skipped', errcode = null`.execute(world.engine.db);
        await sql`update broadcast_counter set refused = 0, skipped = 1 where refused = 1`.execute(
          world.engine.db,
        );
        await sql`delete from delivery_problem`.execute(world.engine.db);
        await sql`delete from broadcast_error`.execute(world.engine.db);
      }
      await world.receive({});
      await world.matchDue();
      await world.matchDue();
      expect(await row(id)).toMatchObject({ state });
      expect(await world.tally('contradicted')).toBe(1);
      expect(await world.receipts()).toMatchObject([{ broadcastId: id, matchedBy: 'time' }]);
    },
  );

  it('receipts that no msgid matches are given up a day after they came', async () => {
    await world.receive({});
    await sql`update receipt set received_at = clock_now() - interval '25 hours'`.execute(
      world.engine.db,
    );
    await world.matchDue();
    const { rows } = await sql`select look_at = 'infinity' as given_up from receipt`.execute(
      world.engine.db,
    );
    expect(rows).toEqual([{ givenUp: true }]);
  });

  it('receipts that no msgid matches that have not come a day after the end are not waited for', async () => {
    const { db } = world.engine;
    const ids = [await world.accepted('1'), await world.accepted('2')];
    await sql`update broadcast set state = 'finished', closed_at = clock_now(),
      ended_at = clock_now() - case when id = ${ids[0]} then interval '23 hours' else interval '25 hours' end`.execute(
      db,
    );
    await world.matchDue();
    const closed = await db
      .selectFrom('broadcast')
      .select('id')
      .where('receiptsClosedAt', 'is not', null)
      .execute();
    expect(closed).toEqual([{ id: ids[1] }]);
  });

  it('receipts that no msgid matches are found by their msgid, if both sides had missed each other', async () => {
    const id = await world.unknown();
    await world.receive({});
    await sql`update delivery set state = 'accepted', msgid = 7, errcode = null where broadcast_id = ${id}`.execute(
      world.engine.db,
    );
    await sql`delete from delivery_problem`.execute(world.engine.db);
    await sql`delete from broadcast_error`.execute(world.engine.db);
    await sql`update broadcast_counter set unknown = 0, accepted = 1 where unknown = 1`.execute(
      world.engine.db,
    );
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'delivered' });
    expect(await world.receipts()).toMatchObject([{ broadcastId: id, matchedBy: 'msgid' }]);
  });

  it('receipts that no msgid matches are taken by one worker at a time', async () => {
    const id = await world.unknown();
    await world.receive({});
    await sql`update receipt set look_at = clock_now()`.execute(world.engine.db);
    await Promise.all([1, 2, 3].map(() => world.engine.unmatchedReceipts.run()));
    expect(await row(id)).toMatchObject({ state: 'delivered' });
  });
});
